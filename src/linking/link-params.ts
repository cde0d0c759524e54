import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isInstitutionId } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import type { RateLimit } from '../platform/index.ts'

/** For `createServer({ limits })`: for each address. */
export const linkPageLimits = {
  'link-page': { max: 120, windowMs: 60_000 },
  'link-passkey': { max: 40, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

/** The options of an ordinary page's route, and of one that leads to a passkey or a bank. */
export const limited = { config: { limit: 'link-page' } } as const
export const limitedPasskey = { config: { limit: 'link-passkey' } } as const

const token = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })
const institution = z.object({ institution: z.string().refine(isInstitutionId) })

/** `:token`, as offered links have it. */
export const linkParams = { params: token, hide: true }

/** `:institution`, well-formed; whether there is such a bank the pages look up. */
export const bankParams = { params: institution, hide: true }

/** The token in the address. */
export function tokenOf(request: FastifyRequest): string {
  return token.parse(request.params).token
}

/** The bank in the address. */
export function institutionOf(request: FastifyRequest): InstitutionId {
  return institution.parse(request.params).institution
}
