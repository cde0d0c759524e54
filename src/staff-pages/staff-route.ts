import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { html, sendOnward } from '../pages/index.ts'
import type { PageScopeDeps, PageTools, Words } from '../pages/index.ts'
import type { Clock, Metrics, RateLimit } from '../platform/index.ts'
import { may, staffEvents, staffSessions } from '../staff/index.ts'
import type { StaffAction, StaffDeps, StaffSession } from '../staff/index.ts'
import { staffFrame } from './frame.ts'
import { staffWordsFor } from './staff-words.ts'

/** What every page of the staff needs. */
export type StaffPageDeps = PageScopeDeps &
  StaffDeps & {
    readonly clock: Clock
    readonly metrics: Metrics
    /** The IANA zone in which pages say times. */
    readonly timeZone: string
    /** What is wrong at this moment and concerns this person, a line each: shown at the top of every page. */
    readonly troubles?: (session: StaffSession) => Promise<readonly string[]>
  }

/** What a route of these pages is given; a module's own tools add what else it needs. */
export type StaffTools = PageTools & { readonly deps: StaffPageDeps }

/** For `createServer({ limits })`: for each address. */
export const staffPageLimits = {
  'staff-page': { max: 240, windowMs: 60_000 },
  // Guessing one-time codes and hammering passkeys.
  'staff-passkey': { max: 30, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

/** Options of a route that shows or takes something. */
export const limited = { schema: { hide: true }, config: { limit: 'staff-page' } } as const
/** Options of a route that takes a passkey's or a code's word. */
export const limitedPasskey = { schema: { hide: true }, config: { limit: 'staff-passkey' } } as const

/** A request of somebody who is signed in, and where its answer goes. */
export type StaffCall = {
  readonly session: StaffSession
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** What stands at the top of every page while something is wrong. */
  readonly troubles?: readonly string[]
}

/**
 * Only for people of the staff whose role may do this: everybody else is led to the sign-in, or told that their role does not allow it.
 * For which banks, the database decides.
 */
export function forStaff(
  tools: StaffTools,
  action: StaffAction,
  handle: (call: StaffCall) => Promise<FastifyReply> | FastifyReply,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const session = await staffSessions.find(tools.deps.database, request)
    if (session === undefined) return sendOnward(reply, '/staff/sign-in')
    const call = { session, request, reply, troubles: await troublesOf(tools, session) }
    if (!may(session.member.role, action)) {
      await staffEvents.noteNotAllowed(tools.deps.database, session.hash, action)
      return showNotAllowed(tools, call)
    }
    if (!areIds(request.params)) return tools.showTrouble(request, reply, 'notFound')
    return await handle(call)
  }
}

const idParams = z.object({ id: z.uuid().optional(), cutoff: z.uuid().optional() })

/** Whether what an address names things by can be ids: what cannot is no page, and no fault of ours. */
function areIds(params: unknown): boolean {
  return idParams.safeParse(params ?? {}).success
}

/** What is wrong; a page is not held up by not knowing it. */
async function troublesOf({ deps }: StaffTools, session: StaffSession): Promise<readonly string[]> {
  try {
    return (await deps.troubles?.(session)) ?? []
  } catch (fault) {
    deps.logger.fault('staff.troubles-not-read', fault)
    return []
  }
}

function showNotAllowed(tools: StaffTools, call: StaffCall): FastifyReply {
  const { request, reply, session } = call
  const words = staffWordsFor(request)
  tools.deps.logger.info('staff.not-allowed', { staffId: session.member.id })
  return tools.show(request, reply, {
    words,
    status: 403,
    title: words.say('refused.title'),
    style: 'staff',
    ...staffFrame(call, undefined),
    body: html`<h1>${words.say('refused.title')}</h1>
      <p role="alert">${words.say('refused.role', { role: session.member.role })}</p>
      <p class="muted">${words.say('page.reference')}: <span class="reference">${request.id}</span></p>`,
  })
}

/** A moment to the second, in the staff's zone: a kill switch is a matter of seconds. */
export function momentOf(deps: Pick<StaffPageDeps, 'timeZone'>, words: Words, at: number): string {
  return new Intl.DateTimeFormat(words.language, {
    timeZone: deps.timeZone,
    dateStyle: 'medium',
    timeStyle: 'long',
  }).format(at)
}
