import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LiveLog } from '../audit/index.ts'
import type { Banks } from '../banks/index.ts'
import type { PermitDeps } from '../consent/index.ts'
import { sessions } from '../customers/index.ts'
import type { BrowserSession, RelyingParty } from '../customers/index.ts'
import { html, readerTime, sendOnward } from '../pages/index.ts'
import type { Html, PageScopeDeps, PageTools, Reader } from '../pages/index.ts'
import type { CustomerId, InstitutionId, Instant } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Database } from '../platform/index.ts'
import type { PushBrowsers } from '../push/index.ts'
import type { Receipts } from '../receipts/index.ts'
import type { OwnDesk } from './own-desk.ts'
import type { Phrases } from './phrase-store.ts'

/** What the privacy centre needs. Three logins: none of them alone reads what a customer sees here. */
export type CentrePagesDeps = PageScopeDeps & {
  readonly clock: { now(): Instant }
  /** Login `parley_consent`: passkeys, sessions, terms; ends what is shared. */
  readonly consent: {
    readonly database: Database
    readonly keystore: Pick<
      KeystoreClient,
      'beginEnrolment' | 'finishEnrolment' | 'cancelRecovery' | 'eraseCustomer' | 'conversationKey'
    >
  }
  /** Login `parley_centre`: one customer's looks, for that customer's session; keys of salts and of the phrase. */
  readonly centre: { readonly database: Database; readonly keystore: Pick<KeystoreClient, 'auditKey' | 'profileKey'> }
  /** Login `parley_answer`: an export of bank data is a look like any other. */
  readonly answer: Pick<PermitDeps, 'database' | 'keystore' | 'promises'>
  readonly banks: Pick<Banks, 'bank'>
  /** Whether a bank tells Parley of card uses as they happen; without that, nobody is offered fraud alerts there. */
  readonly sendsCardEvents: (institution: InstitutionId) => boolean
  readonly party: RelyingParty
  /** Every origin whose signatures count, as the keystore has them. */
  readonly origins: readonly string[]
  readonly phrases: Phrases
  /** Browsers that are told when a question waits; without them the messenger is the only way. */
  readonly browsers?: PushBrowsers
  /** What people at the desk wrote and looked at; without one, nobody is there. */
  readonly desk?: OwnDesk
  readonly receipts: Pick<Receipts, 'list' | 'load' | 'issue'>
  readonly log: Pick<LiveLog, 'prove'> & {
    readonly origin: string
    /** Verifier keys: what outsiders check with. */
    readonly keys: { readonly log: string; readonly promise: string; readonly receipt: string }
  }
}

/** What a route of these pages is given. */
export type CentreTools = PageTools & { readonly deps: CentrePagesDeps }

/** A signed-in customer's request, and where its answer goes. */
export type Call = {
  readonly session: BrowserSession
  readonly customer: CustomerId
  readonly reader: Reader
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What challenges of a session are bound to. */
export function subjectOf(session: Pick<BrowserSession, 'hash'>): string {
  return `me|${session.hash.toString('base64url')}`
}

/**
 * A route for whoever has signed in here; anybody else is sent to the sign-in page, which changes nothing. `centre` cookies are
 * Strict, so a request from another site never arrives signed in.
 */
export function signedIn(tools: CentreTools, handle: (call: Call) => Promise<FastifyReply> | FastifyReply) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { database } = tools.deps.consent
    const session = await sessions.find(database, 'me', sessions.readCookie(request, 'me'))
    if (session?.customer === undefined) return sendOnward(reply, signInPath(request))
    await sessions.keep(database, session)
    const reader = { words: tools.words(request), timeZone: readerTime.zone(session.timeZone ?? null) }
    return handle({ session, customer: session.customer, reader, request, reply })
  }
}

/** The sections that a sign-in may lead on to; nothing else can be asked for, so nothing else can be sent to. */
export const sections = [
  'looks',
  'cards',
  'alerts',
  'messages',
  'person',
  'receipts',
  'stored',
  'export',
  'passkeys',
  'phrase',
  'erase',
] as const
export type Section = (typeof sections)[number]

/** Which section a word names. */
export function sectionOf(word: string | null | undefined): Section | undefined {
  return sections.find((section) => section === word)
}

function signInPath(request: FastifyRequest): string {
  const section = request.method === 'GET' ? sectionOf(/^\/me\/([a-z]+)/.exec(request.url)?.[1]) : undefined
  return section === undefined ? '/me/sign-in' : `/me/sign-in?to=${section}`
}

/** What an act did, said on the page that follows it; only these words can be in the address. */
export const doneWords = [
  'narrowed',
  'lowered',
  'signed',
  'ended',
  'stopped',
  'endedButAlerts',
  'stoppedButAlerts',
  'alertsEnded',
  'alertsKept',
  'pushOn',
  'pushOff',
  'lookAllowed',
  'lookRefused',
  'phrase',
  'phraseGone',
  'passkeyAdded',
  'passkeyRemoved',
  'othersEnded',
  'cardFrozen',
  'cardUnfrozen',
  'cardUnchanged',
  'nothing',
] as const
export type Done = (typeof doneWords)[number]

/** After an act: the page that shows what is now, and says what was done. */
export function sendDone(reply: FastifyReply, path: string, done: Done): FastifyReply {
  return sendOnward(reply, `${path}?done=${done}`)
}

/** The page's own words on what was just done, read out by screen readers. */
function showDone(call: Call): Html | undefined {
  const asked = new URL(call.request.url, 'http://page').searchParams.get('done')
  const done = doneWords.find((word) => word === asked)
  if (done === undefined) return undefined
  return html`<p class="note done" role="status" tabindex="-1" data-done>${call.reader.words.say(`done.${done}`)}</p>`
}

/** A page of the centre: its way back, what was done, and the way out in the corner. */
export function showCentre(
  tools: CentreTools,
  call: Call,
  page: { readonly title: string; readonly body: Html; readonly home?: boolean; readonly status?: number },
): FastifyReply {
  const { words } = call.reader
  const back =
    page.home === true
      ? undefined
      : html`<p class="back"><a class="link" href="/me">‹ ${words.say('home.title')}</a></p>`
  return tools.show(call.request, call.reply, {
    title: page.title,
    ...(page.status === undefined ? {} : { status: page.status }),
    script: 'me',
    style: 'me',
    corner: html`<form method="post" action="/me/sign-out" class="corner">
      <button type="submit" class="quiet small">${words.say('signOut')}</button>
    </form>`,
    body: html`${back}${showDone(call)}${page.body}`,
  })
}
