import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { Fault } from '../../kernel/index.ts'
import { platformCodes } from '../codes.ts'
import type { InvalidPart, RefusedRequest } from './problem.ts'

/** What a client is told about something that was thrown, and whether it is our fault (then it is logged). */
export type PresentedThrown = {
  readonly refused: RefusedRequest
  readonly ours: boolean
  readonly retryAfterSeconds?: number
}

/** A client that is told "later" waits this long at least. */
const retryAfterSeconds = 1

/** Decides purely; `statusOf` knows the codes of other modules. */
export function presentThrown(thrown: unknown, statusOf: (code: string) => number | undefined): PresentedThrown {
  if (thrown instanceof Fault) return presentFault(thrown, statusOf)
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const invalid = thrown.validation.slice(0, invalidMax).map((issue) => invalidPart(thrown.validationContext, issue))
    return { refused: { ...refusedWith('http/invalid-request'), invalid }, ours: false }
  }
  const code = frameworkCode(thrown)
  return code === 'http/unexpected'
    ? { refused: refusedWith(code), ours: true }
    : { refused: refusedWith(code), ours: false }
}

function presentFault(fault: Fault, statusOf: (code: string) => number | undefined): PresentedThrown {
  const status = statusOf(fault.code) ?? platformStatus(fault.code) ?? (fault.retry === 'later' ? 503 : 500)
  const refused = { status, code: fault.code }
  return status === 503 || status === 429
    ? { refused, ours: status === 503, retryAfterSeconds }
    : { refused, ours: status >= 500 }
}

function platformStatus(code: string): number | undefined {
  return isPlatformCode(code) ? platformCodes[code].status : undefined
}

function isPlatformCode(code: string): code is keyof typeof platformCodes {
  return code in platformCodes
}

/** More is not listed: the answer must not grow with the question. */
const invalidMax = 20

/** Names of members, not what is in them; a strange one is not repeated. */
const segmentShape = /^[A-Za-z0-9_-]{1,40}$/

function invalidPart(
  context: string | undefined,
  issue: { readonly instancePath: string; readonly keyword: string },
): InvalidPart {
  const path = issue.instancePath
    .split('/')
    .map((segment) => (segmentShape.test(segment) || segment === '' ? segment : '*'))
  return { at: `${context ?? 'request'}${path.join('/')}`.replace(/\/$/, ''), rule: issue.keyword }
}

type FrameworkCode = Extract<keyof typeof platformCodes, `http/${string}`>

function refusedWith(code: FrameworkCode): RefusedRequest {
  return { status: platformCodes[code].status, code }
}

/** The framework's and its plugins' errors by their status; theirs are the only errors with one. */
function frameworkCode(thrown: unknown): FrameworkCode {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return 'http/unexpected'
  const status = thrown.statusCode
  if (status === 404) return 'http/not-found'
  if (status === 408) return 'http/request-timeout'
  if (status === 413) return 'http/body-too-large'
  if (status === 415) return 'http/media-type-unsupported'
  if (status === 429) return 'http/too-many-requests'
  return typeof status === 'number' && status >= 400 && status < 500 ? 'http/invalid-request' : 'http/unexpected'
}
