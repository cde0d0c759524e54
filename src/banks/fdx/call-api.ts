import type { IncomingHttpHeaders } from 'node:http'
import { refusal, success } from '../../kernel/index.ts'
import type { AuditEntryId, Instant, Outcome } from '../../kernel/index.ts'
import type { Logger } from '../../platform/index.ts'
import type { BankRefusal } from '../bank.ts'
import type { EgressAnswer, EgressFailure } from '../egress/create-egress.ts'
import { parseExactJson } from '../exact-json.ts'
import type { ExactJson } from '../exact-json.ts'
import type { Institution } from '../institutions-store.ts'
import type { Prover } from './proof.ts'
import { sendProved } from './send-proved.ts'
import type { SendProvedDeps } from './send-proved.ts'

/** Attempts at one call while connections fail: a GET changes nothing, and an act carries its key. */
const connectionAttemptsMax = 3
/** Before another attempt, a little longer each time. */
const attemptPauseMs = 150
/** Longest look-ahead of a bank's Retry-After that we keep to; past it we ask again. */
const pauseMsMax = 3_600_000

export type ApiCall = {
  readonly institution: Institution
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Path and query below the institution's FDX address. */
  readonly path: string
  /** JSON. */
  readonly body?: string
  /** For everything but a GET. */
  readonly idempotencyKey?: string
  /** Truthful: USER when the customer has just asked, BATCH when nobody is there. */
  readonly actor: 'USER' | 'BATCH'
  readonly prover: Prover
  /** The ticket's public id. */
  readonly lookId: AuditEntryId
  readonly endsAt: Instant
}

export type ApiAnswer = {
  readonly body: ExactJson
  /** HTTP 206: something is missing. */
  readonly partial: boolean
}

/**
 * `token-refused`: the bank wants another access token. `forbidden`: the consent does not cover this, or has ended. `not-offered`: it has no such thing. `conflict`: it will not do this
 * now. `pauseMs`: it asked for a pause of so many milliseconds.
 */
export type ApiOutcome =
  | Outcome<ApiAnswer, BankRefusal | 'token-refused' | 'forbidden' | 'not-offered' | 'conflict'>
  | { readonly ok: false; readonly code: 'banks/over-budget'; readonly pauseMs: number }

export type CallApiDeps = SendProvedDeps & { readonly logger: Logger }

/** One call of a bank's FDX API, sender-constrained, under the ticket's id. */
export async function callApi(deps: CallApiDeps, call: ApiCall): Promise<ApiOutcome> {
  const { lookId: interactionId, ...where } = call
  let attempt = 1
  for (;;) {
    const answer = await sendProved(deps, { ...where, interactionId })
    if (answer.ok) return readAnswer(deps, call, answer)
    if (!mayTryAgain(answer, attempt) || deps.clock.now() + attemptPauseMs * attempt >= call.endsAt) {
      deps.logger.warn('bank.no-answer', { institution: call.institution.id, reason: answer.trouble })
      return refusal(answer.trouble === 'too-large' ? 'banks/unreadable' : 'banks/unreachable')
    }
    if (!answer.staleSocket) await deps.clock.sleep(attemptPauseMs * attempt)
    attempt += 1
  }
}

// Only what surely did not reach the bank, or a kept-alive connection that had died.
function mayTryAgain(failure: EgressFailure, attempt: number): boolean {
  return attempt < connectionAttemptsMax && (failure.trouble === 'no-connection' || failure.staleSocket)
}

function readAnswer(deps: CallApiDeps, call: ApiCall, answer: EgressAnswer): ApiOutcome {
  const { status, headers } = answer
  const institution = call.institution.id
  if (headers['x-fapi-interaction-id'] !== call.lookId) {
    deps.logger.warn('bank.interaction-id-not-echoed', { institution, status })
  }
  if (status === 401) return refusal('token-refused')
  if (status === 403) return refusal('forbidden')
  if (status === 429) return { ok: false, code: 'banks/over-budget', pauseMs: retryAfterMs(headers, deps.clock.now()) }
  if (status === 404 || status === 405 || status === 501) return refusal('not-offered')
  if (status === 409) return refusal('conflict')
  if (status >= 500 || status === 408) return refusal('banks/unreachable')
  if ((status !== 200 && status !== 206) || !isJson(headers)) return unreadable(deps, call, status)
  try {
    return success({ body: parseExactJson(answer.body), partial: status === 206 })
  } catch (error) {
    if (error instanceof SyntaxError) return unreadable(deps, call, status)
    throw error
  }
}

function unreadable(deps: CallApiDeps, call: ApiCall, status: number): ApiOutcome {
  deps.logger.warn('bank.unreadable', { institution: call.institution.id, status })
  return refusal('banks/unreadable')
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '')
}

// RFC 9110 §10.2.3: seconds, or a date.
function retryAfterMs(headers: IncomingHttpHeaders, now: Instant): number {
  const text = headers['retry-after'] ?? ''
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), pauseMsMax)
}
