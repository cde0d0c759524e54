import type { FastifyReply, FastifyRequest } from 'fastify'
import { languages } from '../channels/index.ts'
import { Secret } from '../kernel/index.ts'
import { addPageScope, fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { createLastSeen, forStaff } from '../staff-pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import { agentOfSession } from './agent-name.ts'
import { agentRows } from './agent-store.ts'
import { askLeave } from './ask-leave.ts'
import { deskPageWords } from './desk-page-words.ts'
import { deskPageLimits, limited } from './desk-route.ts'
import type { DeskList, DeskPagesDeps, DeskTools } from './desk-route.ts'
import { giveBack } from './give-back.ts'
import type { HandoverId } from './handover-id.ts'
import { handoverKinds } from './handover-kinds.ts'
import { lookedClasses } from './leave-classes.ts'
import { noteCharactersMax } from './limits.ts'
import { createLiveDesk } from './live-desk.ts'
import { addLivePages } from './live-pages.ts'
import { lookForCustomer } from './look-for-customer.ts'
import { pageRows } from './page-store.ts'
import { placeOf } from './place-of.ts'
import { sayWords } from './say-words.ts'
import { sealedWords } from './sealed-words.ts'
import { showDesk } from './show-desk.ts'
import { showFound } from './show-found.ts'
import { showBeside, showTalk } from './show-talk.ts'
import type { Talk } from './show-talk.ts'
import { shownText } from './shown-text.ts'
import { suggestionsFor } from './suggestions.ts'
import { readHeld, takeHandover } from './take-handover.ts'

export type { DeskPagesDeps } from './desk-route.ts'

/** The desk of a bank's agents: `/desk`. docs/desk.md tells the flow. */
async function addDeskPages(server: HttpServer, deps: DeskPagesDeps): Promise<void> {
  await addPageScope(server, deps, deskPageWords, (scope, pageTools) => {
    const tools: DeskTools = { ...pageTools, deps, lists: createLastSeen<DeskList>(deps) }
    addListPages(scope, tools)
    addTalkPages(scope, tools)
    addLookPages(scope, tools)
    addLivePages(scope, tools)
  })
  server.addHook('onListen', async () => deps.live.start())
  server.addHook('preClose', () => deps.live.stop())
}

/** The desk's pages, what tells them of changes, and their limits for `createServer`. */
export const deskPages = { add: addDeskPages, createLive: createLiveDesk, limits: deskPageLimits } as const

function addListPages(scope: HttpServer, tools: DeskTools): void {
  const { desk } = tools.deps

  scope.get(
    '/desk',
    limited,
    serving(tools, (call) => showDesk(tools, call, doneOf(tools, call))),
  )

  scope.post(
    '/desk/me',
    limited,
    serving(tools, async ({ session, request, reply }) => {
      const fields = fieldsOf(request.body)
      const state = fields.get('state') === 'away' ? 'away' : 'here'
      const spoken = languages.filter((name) => fields.getAll('language').includes(name))
      const kinds = handoverKinds.filter((name) => fields.getAll('kind').includes(name))
      await pageRows.be(desk.database, session.hash, { state, languages: spoken, kinds })
      return sendOnward(reply, '/desk?done=saved')
    }),
  )

  const take = async (call: StaffCall, handover: HandoverId | undefined): Promise<FastifyReply> => {
    const { member, hash } = call.session
    const name = shownText.nameOfLogin(member.login)
    const taken = await takeHandover(desk, { agent: agentOfSession(hash), handover, name })
    if (taken.ok) return sendOnward(call.reply, `/desk/${taken.value.handover}`)
    return showDesk(tools, call, { status: 409, talk: refusedNote(tools, call.request, taken.code) })
  }
  scope.post(
    '/desk/take',
    limited,
    serving(tools, (call) => take(call, undefined)),
  )
  scope.post(
    '/desk/:id/take',
    limited,
    onPlace(tools, (call, handover) => take(call, handover)),
  )
}

function addTalkPages(scope: HttpServer, tools: DeskTools): void {
  const { desk } = tools.deps

  scope.get(
    '/desk/:id',
    limited,
    onPlace(tools, (call, handover) => showOpen(tools, call, handover, {})),
  )

  scope.post(
    '/desk/:id/keep',
    limited,
    onPlace(tools, async (call, handover) => {
      const { member, hash } = call.session
      const wish = { agent: agentOfSession(hash), handover, name: shownText.nameOfLogin(member.login) }
      const taken = await takeHandover(desk, wish)
      return taken.ok ? onwards(call, handover, 'kept') : refuse(tools, call, handover, { code: taken.code })
    }),
  )

  scope.post(
    '/desk/:id/say',
    limited,
    onPlace(tools, async (call, handover) => {
      const words = fieldsOf(call.request.body).get('words') ?? ''
      const said = await sayWords(desk, { agent: agentOfSession(call.session.hash), handover, words })
      if (!said.ok) return refuse(tools, call, handover, { code: said.code, draft: words })
      return onwards(call, handover, said.value.carried === 'chat' ? 'sent' : 'sealed')
    }),
  )

  scope.post(
    '/desk/:id/note',
    limited,
    onPlace(tools, async (call, handover) => {
      const text = (fieldsOf(call.request.body).get('note') ?? '').trim()
      if (text === '') return refuse(tools, call, handover, { code: 'desk/words-empty' })
      if ([...text].length > noteCharactersMax) return refuse(tools, call, handover, { code: 'desk/words-too-long' })
      const held = await agentRows.held(desk.database, agentOfSession(call.session.hash), handover)
      if (held === undefined) return refuse(tools, call, handover, { code: 'desk/not-yours' })
      const key = await desk.keystore.conversationKey(held.conversation.id)
      const id = desk.random.uuid()
      const sealed = sealedWords.sealPrivateNote(key, { conversation: held.conversation.id, id }, new Secret(text))
      const isKept = await pageRows.writeNote(desk.database, call.session.hash, { handover, id, sealed })
      return isKept ? onwards(call, handover, 'noted') : refuse(tools, call, handover, { code: 'desk/not-yours' })
    }),
  )

  scope.post(
    '/desk/:id/return',
    limited,
    onPlace(tools, async (call, handover) => {
      const fields = fieldsOf(call.request.body)
      const note = (fields.get('note') ?? '').trim()
      const given = await giveBack(desk, {
        agent: agentOfSession(call.session.hash),
        handover,
        note: note === '' ? undefined : note,
        closesCase: fields.get('close') === 'on',
      })
      if (!given.ok) return refuse(tools, call, handover, { code: given.code })
      return sendOnward(call.reply, '/desk?done=returned')
    }),
  )
}

function addLookPages(scope: HttpServer, tools: DeskTools): void {
  const { desk } = tools.deps

  scope.post(
    '/desk/:id/ask',
    limited,
    onPlace(tools, async (call, handover) => {
      const chosen = fieldsOf(call.request.body).getAll('class')
      const classes = lookedClasses.filter((name) => chosen.includes(name))
      const asked = await askLeave(desk, { session: call.session.hash, handover, classes })
      return asked.ok ? onwards(call, handover, 'asked') : refuse(tools, call, handover, { code: asked.code })
    }),
  )

  // The page that answers is the only one that shows what was read: nothing of it is kept, so it cannot be asked for again.
  scope.post(
    '/desk/:id/look',
    limited,
    onPlace(tools, async (call, handover) => {
      const wanted = fieldsOf(call.request.body).get('class')
      const dataClass = lookedClasses.find((name) => name === wanted)
      if (dataClass === undefined) return refuse(tools, call, handover, { code: 'desk/no-leave' })
      const look = await lookForCustomer(desk, { session: call.session.hash, handover, dataClass })
      if (!look.ok) return refuse(tools, call, handover, { code: look.code })
      tools.deps.logger.info('desk.looked', { staffId: call.session.member.id })
      const found = showFound(tools.words(call.request), tools.deps.timeZone, look.value)
      return showOpen(tools, call, handover, { found })
    }),
  )
}

type Handle = (call: StaffCall) => Promise<FastifyReply>

function serving(tools: DeskTools, handle: Handle) {
  return forStaff(tools, 'serve-customers', handle)
}

function onPlace(tools: DeskTools, handle: (call: StaffCall, handover: HandoverId) => Promise<FastifyReply>) {
  return serving(tools, async (call) => {
    const handover = placeOf(call.request)
    if (handover === undefined) return tools.showTrouble(call.request, call.reply, 'notFound')
    return handle(call, handover)
  })
}

type Shown = Pick<Talk, 'draft' | 'refused' | 'found'> & { readonly status?: number }

/** A conversation that this agent has in hand; anything else is the list, with the reason. */
async function showOpen(tools: DeskTools, call: StaffCall, handover: HandoverId, shown: Shown): Promise<FastifyReply> {
  const { desk, timeZone } = tools.deps
  const { hash } = call.session
  const agent = agentOfSession(hash)
  const open = await readHeld(desk, { agent, handover })
  const beside = open && (await pageRows.beside(desk.database, agent, handover))
  if (open === undefined || beside === undefined) {
    return showDesk(tools, call, { status: 409, talk: refusedNote(tools, call.request, 'desk/not-yours') })
  }
  const [sealed, leaves, key] = await Promise.all([
    pageRows.notes(desk.database, hash, handover),
    pageRows.leaves(desk.database, hash, handover),
    desk.keystore.conversationKey(open.conversation.id),
  ])
  const words = tools.words(call.request)
  const notes = sealed.map(({ id, written_as: by, at, sealed: bytes, on_return: onReturn }) => ({
    ...{ by, at, onReturn },
    text: sealedWords.openNote(key, { conversation: open.conversation.id, id, onReturn }, bytes).reveal(),
  }))
  const suggestions = suggestionsFor(open.because, open.conversation.language, words.language)
  const talk: Talk = { open, beside, notes, leaves, suggestions, ...shown }
  const because = `because.${open.because}`
  const speech = { words, timeZone }
  return showDesk(tools, call, {
    ...doneOf(tools, call),
    title: words.has(because) ? words.say(because) : open.because,
    ...(shown.status === undefined ? {} : { status: shown.status }),
    open: handover,
    talk: showTalk(speech, talk),
    side: showBeside(speech, talk),
  })
}

type Refused = { readonly code: string; readonly draft?: string }

// What was written stays on the page: nobody types it again.
async function refuse(
  tools: DeskTools,
  call: StaffCall,
  handover: HandoverId,
  { code, draft }: Refused,
): Promise<FastifyReply> {
  const refused = refusedNote(tools, call.request, code, draft !== undefined)
  return showOpen(tools, call, handover, { status: 409, refused, draft })
}

function refusedNote(tools: DeskTools, request: FastifyRequest, code: string, hasDraft = false): Html {
  const words = tools.words(request)
  const key = `refused.${code}`
  return html`<div class="note danger" role="alert">
    <p><strong>${words.say('refused.title')}.</strong> ${words.has(key) ? words.say(key) : code}</p>
    ${hasDraft && html`<p>${words.say('reply.text')}</p>`}
    <p class="muted">${words.say('refused.reference', { reference: request.id })}</p>
  </div>`
}

const doneWords = ['sent', 'sealed', 'noted', 'asked', 'returned', 'kept', 'saved'] as const

/** What was done a moment ago, said once; only words of ours. */
function doneOf(tools: DeskTools, { request }: StaffCall): { readonly done?: string } {
  const asked = new URL(request.url, 'http://page').searchParams.get('done')
  const done = doneWords.find((word) => word === asked)
  return done === undefined || request.method !== 'GET' ? {} : { done: tools.words(request).say(`done.${done}`) }
}

function onwards({ reply }: StaffCall, handover: HandoverId, done: (typeof doneWords)[number]): FastifyReply {
  return sendOnward(reply, `/desk/${handover}?done=${done}`)
}
