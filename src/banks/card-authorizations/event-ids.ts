import { createHmac } from 'node:crypto'
import { isUuid } from '../../kernel/index.ts'
import type { CustomerId, InstitutionId, Secret } from '../../kernel/index.ts'
import type { CardEventId } from './card-authorization.ts'

/** Whose event of which bank. */
export type EventOf = { readonly institution: InstitutionId; readonly customer: CustomerId }

/** Gives the id of the event with this reference: always the same, so a repeat and what belongs to it find it. */
export type EventIds = (of: EventOf, reference: string) => CardEventId

/**
 * Ids under the gateway's secret: whoever has only the database cannot tell which reference an id is of. 122 bits of the hash in the
 * form of a UUID (RFC 9562, version 8: made as its maker likes).
 */
export function createEventIds(linkSecret: Secret<Uint8Array>): EventIds {
  const key = createHmac('sha256', linkSecret.reveal()).update('parley/card-event-id/v1').digest()
  return ({ institution, customer }, reference) => {
    const bytes = createHmac('sha256', key).update(`${institution}|${customer}|${reference}`).digest()
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = bytes.toString('hex', 0, 16)
    return asId(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`)
  }
}

function asId(text: string): CardEventId {
  if (!isEventId(text)) throw new TypeError('not the form of an id')
  return text
}

function isEventId(text: string): text is CardEventId {
  return isUuid(text)
}
