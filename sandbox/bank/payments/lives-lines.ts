import { decimal } from './handbook-lines.ts'
import type { LivesWorld } from './lives-world.ts'
import { SHOP_KINDS } from './shop-kinds.ts'
import type { Shop } from './shops.ts'
import { TOWNS } from './towns.ts'

const ROWS_A_PIECE = 5_000

/** The events as NDJSON in the wire's schema v1, in the order of time; nothing of them says which are fraud. */
export function* livesLines({ rows, people, shops, size }: LivesWorld): Generator<string> {
  const order = rows.order()
  const referenceOf = new Uint32Array(rows.length)
  order.forEach((row, at) => (referenceOf[row] = at))
  for (let from = 0; from < order.length; from += ROWS_A_PIECE) {
    let piece = ''
    for (let at = from; at < Math.min(order.length, from + ROWS_A_PIECE); at += 1) {
      const event = rows.at(order[at] ?? 0)
      const person = people[event.person]
      const shop = shops.all[event.shop]
      if (person === undefined || shop === undefined) continue
      piece += `${JSON.stringify({
        v: 1,
        reference: reference(at),
        kind: event.kind,
        of: event.of === undefined ? undefined : reference(referenceOf[event.of] ?? 0),
        account: person.account,
        cardLast4: person.lastDigits[event.card === 0 ? 0 : 1],
        at: new Date(size.startMs + event.seconds * 1_000).toISOString(),
        amount: decimal(event.amountMinor),
        currency: 'USD',
        merchant: merchantOf(shop, event.till),
        presence: event.presence,
        device: event.device === 0 ? undefined : deviceName(event.device),
        outcome: event.outcome,
      })}\n`
    }
    yield piece
  }
}

/** The answer key as CSV, a line for each event of `livesLines`, in the same order. */
export function* labelLines({ rows }: LivesWorld): Generator<string> {
  yield 'reference,fraud,scenario\n'
  const order = rows.order()
  for (let from = 0; from < order.length; from += ROWS_A_PIECE) {
    let piece = ''
    for (let at = from; at < Math.min(order.length, from + ROWS_A_PIECE); at += 1) {
      const { scenario } = rows.at(order[at] ?? 0)
      piece += `${reference(at)},${scenario === 'genuine' ? 0 : 1},${scenario}\n`
    }
    yield piece
  }
}

function merchantOf(shop: Shop, till: number): object {
  const town = shop.town === undefined ? undefined : TOWNS[shop.town]
  return {
    id: `m-${shop.number}`,
    name: shop.name,
    category: SHOP_KINDS[shop.kind].category,
    terminal: `t-${till}`,
    city: town?.name,
    region: town === undefined || town.region === '' ? undefined : town.region,
    country: shop.country,
    latitude: shop.latitude,
    longitude: shop.longitude,
  }
}

function reference(at: number): string {
  return `auth-${String(at).padStart(9, '0')}`
}

/** Numbers in a row would tell whose device is whose; a one-to-one scramble of 32 bits does not. */
function deviceName(device: number): string {
  let mixed = Math.imul(device ^ (device >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return `dev-${((mixed ^ (mixed >>> 15)) >>> 0).toString(16).padStart(8, '0')}`
}
