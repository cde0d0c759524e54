import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import type { RateLimit } from '../platform/index.ts'

/** For `createServer({ limits })`: for each address. */
export const centrePageLimits = {
  'me-page': { max: 120, windowMs: 60_000 },
  // One sign-in takes two; 39 a minute is what one browser's journey through the whole centre was seen to take.
  'me-passkey': { max: 60, windowMs: 60_000 },
  // Each asks banks, or reads everything there is about a person.
  'me-export': { max: 10, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

export const limited = { config: { limit: 'me-page' }, schema: { hide: true } } as const
export const limitedPasskey = { config: { limit: 'me-passkey' }, schema: { hide: true } } as const
export const limitedExport = { config: { limit: 'me-export' }, schema: { hide: true } } as const

const idParams = z.object({ id: z.string().max(64) })

/** The id in the address; undefined when it is none. Whose it is, the query that uses it decides. */
export function idOf<Kind extends string>(request: FastifyRequest): Kind | undefined {
  const id = uuidColumn<Kind>().safeParse(idParams.parse(request.params).id)
  return id.success ? id.data : undefined
}

const challengeParams = z.object({ challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

/** The challenge in the address. */
export function challengeOf(request: FastifyRequest): Buffer | undefined {
  const read = challengeParams.safeParse(request.params)
  return read.success ? Buffer.from(read.data.challenge, 'base64url') : undefined
}

/** What the address asks for after its question mark. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://page').searchParams
}
