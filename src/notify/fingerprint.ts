import { createHmac, hkdfSync } from 'node:crypto'
import type { News } from '../answers/index.ts'
import type { Permit } from '../consent/index.ts'
import type { DataClass } from '../kernel/index.ts'

/** The kind of data that each kind of news was found in. */
export function classOf(kind: News['kind']): DataClass {
  return kind === 'bill-due' ? 'card-bills' : 'transactions'
}

/**
 * What stands for a fact once it was told: an HMAC under a key derived (HKDF-SHA256, RFC 5869) from the customer's own for this bank
 * and class. The database cannot check a guess against it, and once the customer's keys are destroyed nobody can.
 */
export function fingerprintOf(news: News, permit: Permit<DataClass>): Buffer {
  const key = hkdfSync('sha256', permit.keys.data.reveal(), '', 'parley/notify/told/v1', 32)
  return createHmac('sha256', Buffer.from(key)).update(`${permit.institution}|${news.identity}`, 'utf8').digest()
}
