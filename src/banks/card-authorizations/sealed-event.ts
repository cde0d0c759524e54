import { z } from 'zod'
import { Fault, decimalText, parseMoney, toInstant } from '../../kernel/index.ts'
import type { CustomerId, InstitutionId, Secret } from '../../kernel/index.ts'
import { seal, unseal } from '../../platform/index.ts'
import { cardEventKinds, cardPresences } from './card-authorization.ts'
import type { CardAuthorization, CardEventId } from './card-authorization.ts'

/** Which row sealed bytes belong to. */
export type EventPlace = {
  readonly id: CardEventId
  readonly customer: CustomerId
  readonly institution: InstitutionId
}

// What the seal is bound to: an event moved to another row, customer or bank does not open.
function contextOf({ id, customer, institution }: EventPlace): string {
  return `card_event|${customer}|${institution}|card-events|${id}`
}

/** Seals an event under the customer's data key. What the row says anyway is bound and not repeated. */
export function sealEvent(key: Secret<Uint8Array>, event: CardAuthorization): Buffer {
  const { id: _id, customer: _customer, institution: _institution, amount, ...rest } = event
  const plain = JSON.stringify({ v: 1, ...rest, amount: decimalText(amount), currency: amount.currency })
  return seal(key.reveal(), Buffer.from(plain, 'utf8'), contextOf(event))
}

const text = z.string()
const plainShape = z.object({
  v: z.literal(1),
  reference: text,
  kind: z.enum(cardEventKinds),
  of: z.custom<CardEventId>((value) => typeof value === 'string').exactOptional(),
  accountId: text,
  cardLastDigits: text.exactOptional(),
  at: z.number(),
  amount: text,
  currency: text,
  merchant: z.object({
    id: text,
    name: text,
    category: text,
    terminal: text.exactOptional(),
    city: text.exactOptional(),
    region: text.exactOptional(),
    country: text.exactOptional(),
    latitude: z.number().exactOptional(),
    longitude: z.number().exactOptional(),
  }),
  presence: z.enum(cardPresences),
  device: text.exactOptional(),
  networkScore: z.number().exactOptional(),
  outcome: z.enum(['approved', 'declined']).exactOptional(),
})

/** Opens what {@link sealEvent} made. Faults: `platform/seal-broken`, `banks/card-event-unreadable`. */
export function openEvent(key: Secret<Uint8Array>, place: EventPlace, sealed: Uint8Array): CardAuthorization {
  const bytes = unseal(key.reveal(), sealed, contextOf(place))
  const read = plainShape.safeParse(JSON.parse(bytes.toString('utf8')))
  if (!read.success) throw new Fault('banks/card-event-unreadable', { retry: 'never', cause: read.error })
  const { v: _v, amount: decimal, currency, at, ...rest } = read.data
  const amount = parseMoney(decimal, currency)
  if (!amount.ok) throw new Fault('banks/card-event-unreadable', { retry: 'never' })
  return { ...rest, ...place, at: toInstant(at), amount: amount.value }
}
