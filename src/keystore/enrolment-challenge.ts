import { createHmac, timingSafeEqual } from 'node:crypto'
import type { CustomerId, Instant } from '../kernel/index.ts'
import type { Random } from '../platform/index.ts'

/** How long a person may take to make a passkey. */
const challengeLifeMs = 5 * 60 * 1000

const timeBytes = 6
const nonceBytes = 10

/**
 * A challenge that says, to us alone, for whom and until when it is: time || nonce || HMAC under the root key. Nothing is
 * stored, so a restart in the middle of an enrolment does no harm. It can be used again only to pin the same credential.
 */
export function makeEnrolmentChallenge(key: Uint8Array, customer: CustomerId, now: Instant, random: Random): Buffer {
  const until = Buffer.alloc(timeBytes)
  until.writeUIntBE(now + challengeLifeMs, 0, timeBytes)
  const head = Buffer.concat([until, random.bytes(nonceBytes)])
  return Buffer.concat([head, macOf(key, customer, head)])
}

/** Whether we made this challenge for this customer and it has not run out. */
export function isEnrolmentChallenge(key: Uint8Array, customer: CustomerId, now: Instant, challenge: Buffer): boolean {
  const head = challenge.subarray(0, timeBytes + nonceBytes)
  const mac = challenge.subarray(timeBytes + nonceBytes)
  const expected = macOf(key, customer, head)
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return false
  return head.readUIntBE(0, timeBytes) > now
}

function macOf(key: Uint8Array, customer: CustomerId, head: Buffer): Buffer {
  return createHmac('sha256', key).update(`${customer}\n`, 'utf8').update(head).digest().subarray(0, 16)
}
