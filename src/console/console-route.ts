import type { FastifyReply, FastifyRequest } from 'fastify'
import { html, sendOnward } from '../pages/index.ts'
import type { Html, PageScopeDeps, PageTools, Words } from '../pages/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Clock, Metrics, RateLimit } from '../platform/index.ts'
import { staffSessions } from '../staff/index.ts'
import type { StaffDeps, StaffSession } from '../staff/index.ts'

/** What the staff's pages need. */
export type ConsoleDeps = PageScopeDeps &
  StaffDeps & {
    readonly clock: Clock
    readonly metrics: Metrics
    /** The keystore's client of the caller `console`: it lifts and changes rules, once it has verified people's signatures. */
    readonly keystore: Pick<KeystoreClient, 'liftCutoff' | 'changeRules'>
    /** The IANA zone in which the console says times. */
    readonly timeZone: string
  }

/** What a route of these pages is given. */
export type ConsoleTools = PageTools & { readonly deps: ConsoleDeps }

/** For `createServer({ limits })`: for each address. */
export const consolePageLimits = {
  'console-page': { max: 240, windowMs: 60_000 },
  // Guessing one-time codes and hammering passkeys.
  'console-passkey': { max: 30, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

export const limited = { schema: { hide: true }, config: { limit: 'console-page' } } as const
export const limitedPasskey = { schema: { hide: true }, config: { limit: 'console-passkey' } } as const

/** A request of somebody who is signed in, and where its answer goes. */
export type ConsoleCall = {
  readonly session: StaffSession
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** Only for people of the staff: everybody else is led to the sign-in. */
export function forStaff(
  tools: ConsoleTools,
  handle: (call: ConsoleCall) => Promise<FastifyReply> | FastifyReply,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const session = await staffSessions.find(tools.deps.database, request)
    if (session === undefined) return sendOnward(reply, '/staff/sign-in')
    return await handle({ session, request, reply })
  }
}

/** Who is signed in, and the way out: at the top of every page of the console. */
export function signedInAs(words: Words, session: StaffSession): Html {
  return html`<form method="post" action="/staff/sign-out" class="corner">
    <span class="muted">${words.say('signedIn.as', { login: session.member.login, role: session.member.role })}</span>
    <button type="submit" class="quiet small">${words.say('signedIn.out')}</button>
  </form>`
}

/** A moment to the second, in the console's zone: a kill switch is a matter of seconds. */
export function momentOf(deps: Pick<ConsoleDeps, 'timeZone'>, words: Words, at: number): string {
  return new Intl.DateTimeFormat(words.language, {
    timeZone: deps.timeZone,
    dateStyle: 'medium',
    timeStyle: 'long',
  }).format(at)
}
