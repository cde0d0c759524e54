import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../kernel/index.ts'

/**
 * Whether `X-Hub-Signature-256` is the HMAC-SHA256 of these very bytes under the app's secret. The messenger signs what
 * it sends, so the bytes must not have been parsed in between; the older SHA-1 header is never looked at.
 */
export function signatureHolds(appSecret: Secret<string>, rawBody: Uint8Array, header: unknown): boolean {
  if (typeof header !== 'string') return false
  const given = /^sha256=([0-9a-f]{64})$/.exec(header)?.[1]
  if (given === undefined) return false
  const expected = createHmac('sha256', appSecret.reveal()).update(rawBody).digest()
  return timingSafeEqual(expected, Buffer.from(given, 'hex'))
}
