import { createHmac, timingSafeEqual } from 'node:crypto'
import { refusal, success } from '../../kernel/index.ts'
import type { Instant, Outcome, Secret } from '../../kernel/index.ts'

/** How far a notice's time may lie from ours, either way: what the specification proposes. */
const toleranceMs = 5 * 60_000
/** Signatures looked at in one header: one for each key of a rotation. */
const signaturesMax = 4

/** What a delivery carries beside its body, as it came. */
export type NoticeHeaders = {
  readonly id: unknown
  readonly timestamp: unknown
  readonly signature: unknown
}

/**
 * Whether a delivery was signed with the secret shared with this bank, over these very bytes, just now (Standard Webhooks
 * 1.0, `v1`: HMAC-SHA256 over id, time and body). The signature is compared before the time is looked at, so
 * that nobody without the secret learns anything of our clock.
 */
export function verifyNotice(
  secret: Secret<string>,
  headers: NoticeHeaders,
  delivery: { readonly rawBody: Uint8Array; readonly now: Instant },
): Outcome<'genuine', 'banks/notice-unsigned' | 'banks/notice-stale'> {
  const { id, timestamp, signature } = headers
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') {
    return refusal('banks/notice-unsigned')
  }
  if (!idShape.test(id) || !/^\d{1,12}$/.test(timestamp)) return refusal('banks/notice-unsigned')
  const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(delivery.rawBody).digest()
  if (!isOneOf(signature, expected)) return refusal('banks/notice-unsigned')
  if (Math.abs(Number(timestamp) * 1000 - delivery.now) > toleranceMs) return refusal('banks/notice-stale')
  return success('genuine')
}

/** Visible ASCII without the full stop that separates what is signed. */
const idShape = /^[\x21-\x2d\x2f-\x7e]{1,256}$/

// Every signature is compared, whichever fits.
function isOneOf(header: string, expected: Buffer): boolean {
  let found = false
  for (const part of header.split(' ').slice(0, signaturesMax)) {
    const given = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(part)?.[1]
    if (given !== undefined && timingSafeEqual(Buffer.from(given, 'base64'), expected)) found = true
  }
  return found
}

// `whsec_` and base64 is the specification's way to write a secret; any other text is its own bytes.
function keyOf(secret: Secret<string>): Buffer {
  const text = secret.reveal()
  return text.startsWith('whsec_') ? Buffer.from(text.slice('whsec_'.length), 'base64') : Buffer.from(text, 'utf8')
}
