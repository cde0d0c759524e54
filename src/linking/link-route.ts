import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Banks } from '../banks/index.ts'
import { type Conversation, conversations } from '../channels/index.ts'
import type { PermitDeps } from '../consent/index.ts'
import { sessions } from '../customers/index.ts'
import type { BrowserSession, RelyingParty } from '../customers/index.ts'
import { html } from '../pages/index.ts'
import type { PageScopeDeps, PageTools, Words } from '../pages/index.ts'
import type { ChannelName, InstitutionId, Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Database } from '../platform/index.ts'
import type { AccountNames } from './account-names.ts'
import { linkingCodes } from './codes.ts'
import type { LinkingCode } from './codes.ts'
import { findBySession } from './links-store.ts'
import type { LinkRow, LinkStep } from './links-store.ts'
import { pathOf } from './next-path.ts'

/** What the link pages need. `consent` and `answer` are two logins, each with its own way to the keystore. */
export type LinkPagesDeps = PageScopeDeps & {
  /** Login `parley_consent`: passkeys, sessions, links, terms. Its keystore client enrols passkeys. */
  readonly consent: {
    readonly database: Database
    readonly keystore: Pick<KeystoreClient, 'beginEnrolment' | 'finishEnrolment' | 'cancelRecovery' | 'conversationKey'>
  }
  /** Login `parley_answer`: opens the setup grant, under which the accounts are listed once. */
  readonly answer: Pick<PermitDeps, 'database' | 'keystore' | 'promises'>
  readonly banks: Pick<Banks, 'bank' | 'links' | 'health'>
  /** Whether a bank tells Parley of card uses as they happen; without that, nobody is offered fraud alerts there. */
  readonly sendsCardEvents: (institution: InstitutionId) => boolean
  readonly party: RelyingParty
  /** 32 bytes of configuration: codes and bank subjects are stored under it. */
  readonly linkSecret: Secret<Uint8Array>
  /** Where "Back to Messenger" goes, if there is such a place. */
  readonly returnUrl: (channel: ChannelName) => string | undefined
}

/** What a route of these pages is given. */
export type LinkTools = PageTools & { readonly deps: LinkPagesDeps; readonly names: AccountNames }

/** One browser on its way through the pages. */
export type Visit = {
  readonly session: BrowserSession
  readonly link: LinkRow
  readonly conversation: Conversation
}

/** The visit behind the session's cookie, whose language the request speaks from here on; undefined when there is none (any more). */
export async function findVisit(tools: LinkTools, request: FastifyRequest): Promise<Visit | undefined> {
  const { database } = tools.deps.consent
  const session = await sessions.find(database, 'link', sessions.readCookie(request, 'link'))
  if (session === undefined) return undefined
  const link = await findBySession(database, session.hash)
  if (link === undefined) return undefined
  const conversation = await conversations.load(database, link.conversation)
  if (conversation === undefined) return undefined
  tools.speak(request, conversation.language)
  return { session, link, conversation }
}

/** A request of a visit, and where its answer goes. */
export type Call = { readonly visit: Visit; readonly request: FastifyRequest; readonly reply: FastifyReply }

type VisitHandler = (visit: Visit, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | FastifyReply

/** A route for a visit that is at one of these steps; at another step, the browser is sent to the page of that one. */
export function atStep(tools: LinkTools, steps: readonly LinkStep[], handle: VisitHandler) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const visit = await findVisit(tools, request)
    if (visit === undefined) return showRefusal(tools, request, reply, 'linking/session-over')
    if (steps.includes(visit.link.step)) return handle(visit, request, reply)
    return reply.header('cache-control', 'no-store').redirect(pathOf(visit.link), 303)
  }
}

/** A page that says why it does not go on, and what to do. */
export function showRefusal(
  tools: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  code: LinkingCode,
): FastifyReply {
  const words = tools.words(request)
  const { status, messageKey } = linkingCodes[code]
  return tools.show(request, reply, {
    status,
    title: words.say(`${messageKey}.title`),
    body: html`<h1>${words.say(`${messageKey}.title`)}</h1>
      <p>${words.say(`${messageKey}.body`)}</p>`,
  })
}

/** How many steps a person sees. */
const stepsShown = 5

/** `Step 2 of 5`. */
export function stepOf(words: Words, at: number): { readonly label: string; readonly at: number; readonly of: number } {
  return { label: words.say('step', { at, of: stepsShown }), at, of: stepsShown }
}

/** The messenger's name in the person's language. */
export function channelName(words: Words, channel: ChannelName): string {
  return words.say(`channel.${channel}`)
}
