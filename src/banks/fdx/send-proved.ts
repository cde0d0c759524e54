import type { IncomingHttpHeaders } from 'node:http'
import type { Instant } from '../../kernel/index.ts'
import type { Clock } from '../../platform/index.ts'
import type { Egress, EgressAnswer, EgressFailure } from '../egress/create-egress.ts'
import { originsOf } from '../institution-directory.ts'
import type { Institution } from '../institutions-store.ts'
import type { Prover } from './proof.ts'

export type SendProvedDeps = {
  readonly egress: Egress
  readonly clock: Clock
  /** The last DPoP nonce that each origin gave out. */
  readonly nonces: Map<string, string>
}

export type ProvedRequest = {
  readonly institution: Institution
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path and query below the institution's FDX address. */
  readonly path: string
  readonly prover: Prover
  /** `x-fapi-interaction-id`: a UUID, the ticket's public id where there is one. */
  readonly interactionId: string
  /** Truthful: USER when the customer has just asked, BATCH when nobody is there. */
  readonly actor: 'USER' | 'BATCH'
  /** JSON. */
  readonly body?: string
  /** For an act that must not happen twice. */
  readonly idempotencyKey?: string
  readonly endsAt: Instant
}

/** One request to a bank's FDX API, sender-constrained; sent once more if the bank wants its nonce in the proof. */
export async function sendProved(deps: SendProvedDeps, request: ProvedRequest): Promise<EgressAnswer | EgressFailure> {
  const url = new URL(request.institution.fdxUrl + request.path)
  const answer = await sendOnce(deps, request, url)
  if (!answer.ok || !rememberNonce(deps.nonces, url, answer.headers)) return answer
  if (answer.status !== 401 || !asksForNonce(answer.headers)) return answer
  const again = await sendOnce(deps, request, url)
  if (again.ok) rememberNonce(deps.nonces, url, again.headers)
  return again
}

async function sendOnce(deps: SendProvedDeps, request: ProvedRequest, url: URL): Promise<EgressAnswer | EgressFailure> {
  const { method, prover, body } = request
  const proof = await prover.prove({ method, url, nonce: deps.nonces.get(url.origin) })
  const timeoutMs = request.endsAt - deps.clock.now()
  if (timeoutMs <= 0) return { ok: false, trouble: 'timed-out', staleSocket: false }
  return await deps.egress.send({
    method,
    url,
    headers: {
      accept: 'application/json',
      authorization: `DPoP ${prover.accessToken}`,
      dpop: proof,
      'x-fapi-interaction-id': request.interactionId,
      'fdx-api-actor-type': request.actor,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': request.idempotencyKey }),
    },
    ...(body === undefined ? {} : { body }),
    timeoutMs,
    origins: originsOf(request.institution),
  })
}

function rememberNonce(nonces: Map<string, string>, url: URL, headers: IncomingHttpHeaders): boolean {
  const nonce = headers['dpop-nonce']
  // RFC 9449 §8.1: nonces are visible ASCII; anything longer than a header of ours should be is no nonce.
  if (typeof nonce !== 'string' || !/^[\x21-\x7e]{1,512}$/.test(nonce)) return false
  nonces.set(url.origin, nonce)
  return true
}

function asksForNonce(headers: IncomingHttpHeaders): boolean {
  return /error="?use_dpop_nonce"?/.test(headers['www-authenticate'] ?? '')
}
