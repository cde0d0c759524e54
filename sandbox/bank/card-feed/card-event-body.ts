import { decimalText } from '../fdx/exact-number.ts'
import type { CardUse } from './card-use-book.ts'

/**
 * A card event on the wire: version 1 of the schema that Parley publishes, written from its description. The same use
 * gives the same bytes at each attempt. Only an advice says what was decided; an authorization asks.
 */
export function cardEventBody(use: CardUse): string {
  const { payee, card } = use
  const { place } = payee
  return JSON.stringify({
    v: 1,
    reference: use.reference,
    kind: use.kind,
    of: use.of,
    account: use.accountId,
    cardLast4: card.lastDigits,
    at: new Date(use.createdAt).toISOString(),
    amount: decimalText(BigInt(use.amountMinor), card.currency),
    currency: card.currency,
    merchant: {
      id: payee.merchantId,
      name: payee.name,
      category: use.mcc,
      terminal: use.terminal,
      city: place?.city,
      region: place === undefined || place.region === '' ? undefined : place.region,
      country: place?.country,
      latitude: place?.latitude,
      longitude: place?.longitude,
    },
    presence: use.presence,
    device: use.device,
    outcome: use.kind === 'advice' ? use.outcome : undefined,
  })
}
