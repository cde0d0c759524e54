import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { conversations } from '../channels/index.ts'
import { assertionOptions, beginAssertion, finishAssertion, sessions } from '../customers/index.ts'
import type { RelyingParty } from '../customers/index.ts'
import type { CustomerId, Secret } from '../kernel/index.ts'
import { addPageScope, fieldsOf, html, isNavigation, readerTime, sendOnward } from '../pages/index.ts'
import type { Html, PageScopeDeps, PageTools, Reader, Words } from '../pages/index.ts'
import type { Database, HttpServer, RateLimit } from '../platform/index.ts'
import { advanceAlert } from './advance-alert.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { alertWords } from './alert-words.ts'
import { hashNames } from './hash-names.ts'
import { type OpenedAlert, listAlerts, openAlerts } from './open-alerts.ts'
import { markMore } from './mark-more.ts'
import { receiptWishes } from './plan-receipt.ts'
import { receiptStore } from './receipt-store.ts'
import { sendDispute } from './send-dispute.ts'
import { showAlert } from './show-alert.ts'
import { showGone, showLocked, showLockedList, showRefused } from './show-locked.ts'

/** For `createServer({ limits })`: guessing tokens and hammering passkeys, for each address. */
export const alertPageLimits = {
  'alert-page': { max: 120, windowMs: 60_000 },
  'alert-open': { max: 30, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

export type AlertPagesDeps = PageScopeDeps & {
  /** Login `parley_consent`: passkeys, challenges, sessions. */
  readonly consent: { readonly database: Database }
  readonly alerts: AlertParts
  readonly party: RelyingParty
  /** The customer's own words, shown above the payment: what a copied page does not know. */
  readonly phraseOf: (customer: CustomerId) => Promise<Secret<string> | undefined>
}

const tokenParams = z.object({ token: z.string().max(96) })

type Route = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/**
 * Questions about card use: `/alert/:token` from a message, and `/alert`, which people type. A GET is inert and says nothing; "not me" takes
 * one press; everything else the passkey.
 */
export async function addAlertPages(server: HttpServer, deps: AlertPagesDeps): Promise<void> {
  await addPageScope(server, deps, alertWords, (scope, tools) => {
    const routes = createRoutes(deps, tools)
    const page = { schema: { hide: true }, config: { limit: 'alert-page' } }
    const open = { schema: { hide: true }, config: { limit: 'alert-open' } }
    const tokenPage = { schema: { params: tokenParams, hide: true }, config: { limit: 'alert-page' } }
    const tokenOpen = { schema: { params: tokenParams, hide: true }, config: { limit: 'alert-open' } }
    scope.get('/alert', page, (request, reply) => showLockedList(tools, request, reply))
    scope.post('/alert/challenge', open, routes.listChallenge)
    scope.post('/alert/open', open, routes.openList)
    scope.post('/alert/receipts', open, routes.setReceipts)
    scope.get('/alert/:token', tokenPage, (request, reply) => showLocked(tools, request, reply, tokenOf(request)))
    scope.post('/alert/:token/challenge', tokenOpen, routes.challenge)
    scope.post('/alert/:token/open', tokenOpen, routes.open)
    scope.post('/alert/:token/not-me', tokenPage, routes.notMe)
    scope.post('/alert/:token/answer', tokenPage, routes.answer)
    scope.post('/alert/:token/dispute', tokenPage, routes.dispute)
    scope.post('/alert/:token/more', tokenPage, routes.more)
  })
}

function tokenOf(request: FastifyRequest): string {
  return tokenParams.parse(request.params).token
}

/** Assertions for the list are bound to nobody's alert. */
const listSubject = 'alerts'

function createRoutes(deps: AlertPagesDeps, tools: PageTools) {
  const parts = deps.alerts
  const find = async (request: FastifyRequest): Promise<StoredAlert | undefined> => {
    const id = hashNames.readToken(parts.hashKey, tokenOf(request))
    return id === undefined ? undefined : await alertStore.load(parts.database, id)
  }
  const signedIn = async (request: FastifyRequest): Promise<CustomerId | undefined> =>
    (await sessions.find(deps.consent.database, 'sealed', sessions.readCookie(request, 'sealed')))?.customer

  const challenge: Route = async (request, reply) => {
    const stored = await find(request)
    const options =
      stored === undefined
        ? await assertionOptions.decoy(deps)
        : await beginAssertion(deps, deps.consent.database, { use: 'redeem', subject: subjectOf(stored) })
    return reply.header('cache-control', 'no-store').send(options)
  }

  const listChallenge: Route = async (_request, reply) => {
    const options = await beginAssertion(deps, deps.consent.database, { use: 'redeem', subject: listSubject })
    return reply.header('cache-control', 'no-store').send(options)
  }

  /** The figures are a document of their own, answered to a navigation alone; no script ever holds them. */
  const open: Route = async (request, reply) => {
    if (!isNavigation(request)) return tools.showTrouble(request, reply, 'refused')
    const stored = await find(request)
    if (stored === undefined) return showGone(tools, request, reply)
    const customer = await passkeyOf(deps, request, subjectOf(stored))
    if (customer === undefined) return showRefused(tools, request, reply)
    if (customer !== stored.customer) return showGone(tools, request, reply)
    return showOpened(deps, tools, { request, reply, customer, alerts: [stored], isList: false })
  }

  const openList: Route = async (request, reply) => {
    if (!isNavigation(request)) return tools.showTrouble(request, reply, 'refused')
    const customer = await passkeyOf(deps, request, listSubject)
    if (customer === undefined) return showRefused(tools, request, reply)
    const alerts = await listAlerts(parts, customer)
    return showOpened(deps, tools, { request, reply, customer, alerts, isList: true })
  }

  /** From whoever has the link: it can only make things safer. An invented token hears the same. */
  const notMe: Route = async (request, reply) => {
    const stored = await find(request)
    if (stored !== undefined) {
      await parts.database.transaction((tx) => advanceAlert(tx, stored.alert.id, { kind: 'not-me' }))
      parts.count('not-me-page')
    }
    return showHeard(tools, request, reply, 'page.heard.not-me')
  }

  const answer: Route = async (request, reply) => {
    const stored = await find(request)
    const customer = await signedIn(request)
    if (stored === undefined || customer !== stored.customer) return onward(request, reply)
    const says = fieldsOf(request.body).get('says')
    if (says !== 'it-was-me' && says !== 'not-sure') return tools.showTrouble(request, reply, 'refused')
    const news = says === 'it-was-me' ? ({ kind: says, withPasskey: true } as const) : ({ kind: says } as const)
    const after = await parts.database.transaction((tx) => advanceAlert(tx, stored.alert.id, news))
    const isGenuine = after?.state === 'genuine'
    return showHeard(tools, request, reply, isGenuine ? 'page.state.genuine' : 'page.not-sure.fact')
  }

  const dispute: Route = async (request, reply) => {
    const stored = await find(request)
    const customer = await signedIn(request)
    if (stored === undefined || customer !== stored.customer) return onward(request, reply)
    const reader = await readerOf(deps, tools, request, stored)
    await sendDispute(parts, stored, reader)
    return showHeard(tools, request, reply, 'page.draft.sent')
  }

  /** Further uses that were not theirs: said in the browser that has just shown the passkey. */
  const more: Route = async (request, reply) => {
    const stored = await find(request)
    const customer = await signedIn(request)
    if (stored === undefined || customer !== stored.customer) return onward(request, reply)
    await markMore(parts, stored, fieldsOf(request.body).getAll('use'))
    return showHeard(tools, request, reply, 'page.more.done')
  }

  const setReceipts: Route = async (request, reply) => {
    const customer = await signedIn(request)
    if (customer === undefined) return sendOnward(reply, '/alert')
    const wish = receiptWishes.find((known) => known === fieldsOf(request.body).get('receipts'))
    if (wish === undefined) return tools.showTrouble(request, reply, 'refused')
    await receiptStore.setWish(parts.database, customer, wish)
    return showHeard(tools, request, reply, 'page.receipts.saved')
  }

  return { challenge, listChallenge, open, openList, notMe, answer, dispute, more, setReceipts } as const
}

function subjectOf({ alert }: StoredAlert): string {
  return `alert|${alert.id}`
}

function onward(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendOnward(reply, `/alert/${encodeURIComponent(tokenOf(request))}`)
}

async function passkeyOf(
  deps: AlertPagesDeps,
  request: FastifyRequest,
  subject: string,
): Promise<CustomerId | undefined> {
  const response = fieldsOf(request.body).get('response')
  const assertion = await deps.consent.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: 'redeem', subject, response }),
  )
  return assertion.ok ? assertion.value.customer : undefined
}

async function readerOf(
  deps: AlertPagesDeps,
  tools: PageTools,
  request: FastifyRequest,
  stored: StoredAlert | undefined,
): Promise<Reader> {
  const conversation = stored && (await conversations.load(deps.alerts.database, stored.conversation))
  if (conversation !== undefined) tools.speak(request, conversation.language)
  return { words: tools.words(request), timeZone: readerTime.zone(fieldsOf(request.body).get('timeZone')) }
}

type Showing = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly customer: CustomerId
  readonly alerts: readonly StoredAlert[]
  readonly isList: boolean
}

async function showOpened(deps: AlertPagesDeps, tools: PageTools, showing: Showing): Promise<FastifyReply> {
  const { request, reply, customer, alerts, isList } = showing
  const phrase = await deps.phraseOf(customer)
  const [opened, reader, wish] = await Promise.all([
    openAlerts(deps.alerts, customer, alerts),
    readerOf(deps, tools, request, alerts[0]),
    receiptStore.wish(deps.alerts.database, customer),
  ])
  // What is said from here on is said by somebody who has just shown the passkey.
  const session = await sessions.start(deps, deps.consent.database, { kind: 'sealed', customer })
  sessions.setCookie(reply, 'sealed', session.value)
  const { words } = reader
  const title = words.say(isList ? 'page.list.title' : titleOf(alerts[0]))
  return tools.show(request, reply, {
    words,
    title,
    style: 'answer',
    body: html`${showPhrase(words, phrase)}
      <h1>${title}</h1>
      ${opened.length === 0 ? html`<p>${words.say('page.list.none')}</p>` : undefined}
      ${opened.map((each) => showAlert(reader, each, pathOf(deps, each)))}
      ${isList ? receiptsForm(words, wish) : undefined}
      <p class="muted">${words.say('safety')}</p>`,
  })
}

/** The question, for as long as it is one; then what was answered, or that it is over. */
function titleOf(stored: StoredAlert | undefined): string {
  const { verdict, state } = stored?.alert ?? {}
  if (verdict !== undefined) return `page.title.${verdict}`
  return state === 'covered' || state === 'closed' ? 'page.title.over' : 'page.title'
}

function pathOf(deps: AlertPagesDeps, { stored }: OpenedAlert): string {
  return `/alert/${hashNames.token(deps.alerts.hashKey, stored.alert.id)}`
}

function showPhrase(words: Words, phrase: Secret<string> | undefined): Html | undefined {
  if (phrase === undefined) return undefined
  return html`<p class="phrase">
    <span class="muted">${words.say('page.phrase')}</span> <strong>${phrase.reveal()}</strong>
  </p>`
}

function receiptsForm(words: Words, chosen: string): Html {
  return html`<form method="post" action="/alert/receipts">
    <fieldset>
      <legend>${words.say('page.receipts.title')}</legend>
      ${receiptWishes.map(
        (wish) =>
          html`<label class="choice"
            ><input type="radio" name="receipts" value="${wish}" ${wish === chosen ? html` checked` : undefined} />
            ${words.say(`page.receipts.${wish}`)}</label
          >`,
      )}
    </fieldset>
    <button type="submit" class="quiet">${words.say('page.receipts.save')}</button>
  </form>`
}

function showHeard(tools: PageTools, request: FastifyRequest, reply: FastifyReply, key: string): FastifyReply {
  const words = tools.words(request)
  const back = request.url.replace(/\/(not-me|answer|dispute|more|receipts)(\?.*)?$/, '')
  return tools.show(request, reply, {
    title: words.say('page.heard.title'),
    body: html`<h1>${words.say('page.heard.title')}</h1>
      <p role="status">${words.say(key)}</p>
      <p><a class="button quiet" href="${back}">${words.say('page.again')}</a></p>`,
  })
}
