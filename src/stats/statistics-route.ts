import type { FastifyReply, FastifyRequest } from 'fastify'
import type { PageTools } from '../pages/index.ts'
import { platformNames } from '../kernel/index.ts'
import type { PlatformName } from '../kernel/index.ts'
import { sendProblem } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import { may, staffSessions } from '../staff/index.ts'
import type { StaffSession } from '../staff/index.ts'
import type { StaffPageDeps } from '../staff-pages/index.ts'
import { statsCodes } from './codes.ts'
import type { StatsCode } from './codes.ts'

/** What these pages need: the staff's login finds who is signed in, `statistics` (login `parley_statistics`) everything else. */
export type StatisticsDeps = StaffPageDeps & { readonly statistics: Database }

/** What a route of these pages is given. */
export type StatisticsTools = PageTools & { readonly deps: StatisticsDeps }

/** Whose totals a request is about: a platform's operator's own; for others the one that the address names, or the first. */
export function platformOf({ member }: StaffSession, request: FastifyRequest): PlatformName {
  if (member.platform !== undefined) return member.platform
  const wanted = new URL(request.url, 'http://here').searchParams.get('platform')
  return platformNames.find((name) => name === wanted) ?? platformNames[0]
}

/** Answers a refusal of this module as a problem document. */
export function sendRefusal(reply: FastifyReply, code: StatsCode): FastifyReply {
  return sendProblem(reply, { status: statsCodes[code].status, code })
}

/** Only for who may see totals, for machines: 401 and 403 as problem documents instead of pages. */
export function forMachines(
  deps: StatisticsDeps,
  handle: (call: {
    readonly session: StaffSession
    readonly request: FastifyRequest
    readonly reply: FastifyReply
  }) => Promise<FastifyReply>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const session = await staffSessions.find(deps.database, request)
    if (session === undefined) return sendProblem(reply, { status: 401, code: 'stats/not-signed-in' })
    if (!may(session.member.role, 'see-statistics')) return sendRefusal(reply, 'stats/not-allowed')
    return await handle({ session, request, reply })
  }
}
