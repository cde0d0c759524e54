import type { FastifyRequest } from 'fastify'
import { refusal, success } from '../../kernel/index.ts'
import type { Instant, Outcome, Secret } from '../../kernel/index.ts'
import { verifyNotice } from '../notices/verify-notice.ts'

/**
 * Whether a request carries a Standard Webhooks signature over these very bytes with one of the bank's secrets (several during a
 * rotation), made within five minutes. Every secret is tried, whichever fits.
 */
export function verifySigned(
  secrets: readonly Secret<string>[],
  headers: FastifyRequest['headers'],
  delivery: { readonly rawBody: Uint8Array; readonly now: Instant },
): Outcome<'genuine', 'banks/card-event-unsigned' | 'banks/card-event-stale'> {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers
  const verified = secrets.map((secret) => verifyNotice(secret, { id, timestamp, signature }, delivery))
  if (verified.some(({ ok }) => ok)) return success('genuine')
  const isStale = verified.some((one) => !one.ok && one.code === 'banks/notice-stale')
  return refusal(isStale ? 'banks/card-event-stale' : 'banks/card-event-unsigned')
}
