import type { FastifyReply } from 'fastify'
import { endings, signedTerms } from '../consent/index.ts'
import { assertionOptions, passkeys, sessions } from '../customers/index.ts'
import type { ListedPasskey, ListedSession } from '../customers/index.ts'
import { addNotice } from '../notices/index.ts'
import { fieldsOf, handOff, html, passkeyForm, readerTime, sendOnward } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import type { HttpServer, Tx } from '../platform/index.ts'
import { challengeOf, limited, limitedPasskey } from './centre-params.ts'
import { sendDone, showCentre, signedIn, subjectOf } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/** A credential's id as it stands in addresses. */
const credential = /^[A-Za-z0-9_-]{1,1400}$/

/** Passkeys and sessions: seen, added with an existing one's approval, removed by another one, ended. */
export function addPasskeyPages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  const { database, keystore } = deps.consent
  const keyDeps = { database, keystore, random: deps.random, party: deps.party }
  const mine = (call: Call) => ({ customer: call.customer, subject: subjectOf(call.session) })

  scope.get(
    '/me/passkeys',
    limited,
    signedIn(tools, (call) => showPasskeys(tools, call)),
  )

  scope.post(
    '/me/passkeys/add/challenge',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const label = call.reader.words.say('passkeys.label')
      return call.reply.send(await passkeys.beginAddition(keyDeps, { ...mine(call), label }))
    }),
  )

  scope.post(
    '/me/passkeys/add',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const response = fieldsOf(call.request.body).get('response')
      const proposed = await passkeys.proposeAddition(keyDeps, { ...mine(call), response })
      if (!proposed.ok) return showPasskeyRefused(tools, call.request, call.reply, proposed.code)
      return showApproval(tools, call, proposed.value.challenge.toString('base64url'))
    }),
  )

  scope.post(
    '/me/passkeys/approve/:challenge/challenge',
    limitedPasskey,
    signedIn(tools, async ({ request, reply, session }) => {
      const challenge = challengeOf(request)
      const asked = { use: 'approve-passkey', subject: subjectOf(session) } as const
      const options = challenge && (await assertionOptions.resume(deps, database, { ...asked, challenge }))
      return options === undefined ? reply.code(409).send({}) : reply.send(options)
    }),
  )

  scope.post(
    '/me/passkeys/approve/:challenge',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const { customer, request, reply } = call
      const response = fieldsOf(request.body).get('response')
      const alongside = (tx: Tx): Promise<void> => addNotice(tx, { customer, kind: 'passkeyAdded' })
      const added = await passkeys.finishAddition(keyDeps, { ...mine(call), response, alongside })
      if (!added.ok) return showPasskeyRefused(tools, request, reply, added.code)
      deps.logger.info('centre.passkey-added', { requestId: request.id })
      return sendDone(reply, '/me/passkeys', 'passkeyAdded')
    }),
  )

  scope.post(
    '/me/passkeys/remove/:credential/challenge',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const target = await findPasskey(tools, call)
      if (target === undefined) return call.reply.code(404).send({})
      return call.reply.send(await passkeys.beginRemoval(keyDeps, { ...mine(call), credentialId: target.credentialId }))
    }),
  )

  scope.post(
    '/me/passkeys/remove/:credential',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const { customer, request, reply, session } = call
      const response = fieldsOf(request.body).get('response')
      const alongside = async (tx: Tx, credentialId: Buffer): Promise<void> => {
        await sessions.endOthers(tx, { customer, current: session.hash })
        await endSignedBy(tx, customer, credentialId)
        await addNotice(tx, { customer, kind: 'passkeyRemoved' })
      }
      const removed = await passkeys.finishRemoval(keyDeps, { ...mine(call), response, alongside })
      if (!removed.ok) return showPasskeyRefused(tools, request, reply, removed.code)
      deps.logger.info('centre.passkey-removed', { requestId: request.id })
      return sendDone(reply, '/me/passkeys', 'passkeyRemoved')
    }),
  )

  scope.get(
    '/me/passkeys/remove/:credential',
    limited,
    signedIn(tools, (call) => showRemoval(tools, call)),
  )

  scope.post(
    '/me/sessions/end-others',
    limited,
    signedIn(tools, async ({ customer, reply, session }) => {
      const ended = await sessions.endOthers(database, { customer, current: session.hash })
      return sendDone(reply, '/me/passkeys', ended > 0 ? 'othersEnded' : 'nothing')
    }),
  )
}

// The keystore releases nothing under terms whose passkey is gone, so what it signed ends, and is said to.
async function endSignedBy(tx: Tx, customer: CustomerId, credentialId: Buffer): Promise<void> {
  const grants = await grantsSignedBy(tx, customer, credentialId)
  if (grants.length > 0) await endings.end(tx, { customer, grants }, 'narrowed')
}

async function grantsSignedBy(tx: Tx, customer: CustomerId, credentialId: Buffer) {
  const shared = await signedTerms.listShared(tx, { customer })
  return shared
    .filter((each) => each.holds && each.signature.credentialId.equals(credentialId))
    .flatMap((each) => each.grants.filter(({ holds }) => holds).map(({ id }) => id))
}

async function findPasskey(tools: CentreTools, call: Call): Promise<ListedPasskey | undefined> {
  const text = new URL(call.request.url, 'http://page').pathname.split('/')[4] ?? ''
  if (!credential.test(text)) return undefined
  const wanted = Buffer.from(text, 'base64url')
  const known = await passkeys.list(tools.deps.consent.database, call.customer)
  return known.find(({ credentialId }) => credentialId.equals(wanted))
}

async function showPasskeys(tools: CentreTools, call: Call): Promise<FastifyReply> {
  const { words } = call.reader
  const { database } = tools.deps.consent
  const [known, open] = await Promise.all([
    passkeys.list(database, call.customer),
    sessions.list(database, { customer: call.customer, current: call.session.hash }),
  ])
  const canRemove = known.filter(({ effective }) => effective).length > 1 || known.some(({ effective }) => !effective)
  return showCentre(tools, call, {
    title: words.say('passkeys.title'),
    body: html`<h1>${words.say('passkeys.title')}</h1>
      <h2>${words.say('passkeys.heading')}</h2>
      <ul class="rows plain">
        ${known.map((passkey, index) => showPasskey(call, passkey, { number: index + 1, canRemove, isLast: known.filter((each) => each.effective).length < 2 && passkey.effective }))}
      </ul>
      ${canRemove ? undefined : html`<p class="muted">${words.say('passkeys.onlyOne')}</p>`}
      <h3>${words.say('passkeys.add')}</h3>
      <p>${words.say('passkeys.addBody')}</p>
      ${passkeyForm(words, { kind: 'create', action: '/me/passkeys/add', button: words.say('passkeys.addButton'), quiet: true })}
      ${handOff(words, { hidden: true })}
      <h2>${words.say('sessions.heading')}</h2>
      <p>${words.say('sessions.body')}</p>
      <ul class="rows plain">
        ${open.map((session) => showSession(call, session))}
      </ul>
      ${
        open.length < 2
          ? undefined
          : html`<form method="post" action="/me/sessions/end-others">
              <button type="submit" class="quiet">${words.say('sessions.endOthers')}</button>
            </form>`
      }`,
  })
}

function showPasskey(
  { reader }: Call,
  passkey: ListedPasskey,
  at: { readonly number: number; readonly canRemove: boolean; readonly isLast: boolean },
): Html {
  const { words } = reader
  const used = passkey.usedAt
  const name = words.say('passkeys.name', { number: at.number })
  const path = `/me/passkeys/remove/${passkey.credentialId.toString('base64url')}`
  return html`<li>
    <span class="row-name">${name}</span>
    <span class="muted block"
      >${words.say('passkeys.made', { time: readerTime.moment(reader, passkey.createdAt) })}</span
    >
    <span class="muted block"
      >${used === undefined ? words.say('passkeys.unused') : words.say('passkeys.used', { time: readerTime.moment(reader, used) })}</span
    >
    ${passkey.effective ? undefined : html`<span class="warn-text block">${words.say('passkeys.waiting', { time: readerTime.moment(reader, passkey.effectiveAt) })}</span>`}
    ${at.canRemove && !at.isLast ? html`<a class="link" href="${path}">${words.say('passkeys.remove')}<span class="unseen"> (${name})</span></a>` : undefined}
  </li>`
}

function showSession({ reader }: Call, session: ListedSession): Html {
  const { words } = reader
  const [browser = 'other', system = 'other'] = (session.browser ?? 'other-other').split('-')
  const where = words.say('sessions.browser', {
    browser: words.say(`browser.${browser}`),
    system: words.say(`system.${system}`),
  })
  return html`<li>
    <span class="row-name"
      >${words.say(`sessions.${session.kind}`)}${session.current ? html` <span class="badge">${words.say('sessions.current')}</span>` : undefined}</span
    >
    ${session.browser === undefined ? undefined : html`<span class="muted block">${where}</span>`}
    <span class="muted block"
      >${words.say('sessions.since', { since: readerTime.moment(reader, session.startedAt), until: readerTime.moment(reader, session.endsAt) })}</span
    >
  </li>`
}

function showApproval(tools: CentreTools, call: Call, challenge: string): FastifyReply {
  const { words } = call.reader
  return showCentre(tools, call, {
    title: words.say('approve.title'),
    body: html`<h1>${words.say('approve.title')}</h1>
      <p>${words.say('approve.body')}</p>
      ${passkeyForm(words, { kind: 'get', action: `/me/passkeys/approve/${challenge}`, button: words.say('approve.button') })}
      <p><a class="link" href="/me/passkeys">${words.say('approve.leave')}</a></p>`,
  })
}

async function showRemoval(tools: CentreTools, call: Call): Promise<FastifyReply> {
  const { words } = call.reader
  const { database } = tools.deps.consent
  const target = await findPasskey(tools, call)
  if (target === undefined) return sendOnward(call.reply, '/me/passkeys')
  const signed = await grantsSignedBy(database, call.customer, target.credentialId)
  const known = await passkeys.list(database, call.customer)
  const number = known.findIndex(({ credentialId }) => credentialId.equals(target.credentialId)) + 1
  return showCentre(tools, call, {
    title: words.say('remove.title'),
    body: html`<h1>${words.say('remove.heading', { name: words.say('passkeys.name', { number }) })}</h1>
      <p>${words.say('remove.body')}</p>
      ${signed.length === 0 ? undefined : html`<p class="note warn">${words.say('remove.signed')}</p>`}
      ${passkeyForm(words, {
        kind: 'get',
        action: `/me/passkeys/remove/${target.credentialId.toString('base64url')}`,
        button: words.say('remove.button'),
      })}
      <p><a class="link" href="/me/passkeys">${words.say('remove.leave')}</a></p>`,
  })
}
