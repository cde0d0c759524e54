import { z } from 'zod'
import { decimalText } from '../fdx/exact-number.ts'
import { FdxRefusal } from '../fdx/fdx-error.ts'
import { readJsonBody } from '../fdx/json-body.ts'
import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import type { Account, World } from '../world/book.ts'
import { CITIES } from '../world/places.ts'
import type { City } from '../world/places.ts'
import { PROFILES } from '../world/profiles.ts'
import { commitFraud, FRAUDS } from './believable-fraud.ts'
import { PRESENCES } from './card-use-book.ts'
import type { CardUse } from './card-use-book.ts'
import { FEED_CITY_NAMES, FEED_SHOP_NAMES, feedMerchant } from './feed-shops.ts'
import { FOLLOWING } from './open-card-feed.ts'
import type { CardFeed } from './open-card-feed.ts'

/** Beyond this nobody pays by card. */
const AMOUNT_MINOR_MAX = 10_000_000n

const amount = z.string().regex(/^\d{1,9}\.\d{2}$/, 'is an amount like "42.10"')
const card = z.enum(['credit', 'debit']).default('credit')
const swipe = z.strictObject({
  card,
  amount,
  shop: z.enum(FEED_SHOP_NAMES),
  city: z.enum([...FEED_CITY_NAMES, 'home']).default('home'),
  presence: z.enum(PRESENCES).optional(),
  device: z.string().max(64).optional(),
})
const fraud = z.strictObject({ card, kind: z.enum(FRAUDS).default('card-testing') })
const following = z.strictObject({ kind: z.enum(FOLLOWING), amount: amount.optional() })

/** What the routes of the card feed need. */
export type CardFeedRoutes = { readonly feed: CardFeed; readonly world: World }

/** `POST /control/people/{login}/swipe`: pays with a card, and says what became of it. */
export async function swipeCard({ feed, world }: CardFeedRoutes, login: string, body: string): Promise<Answer> {
  const wish = readJsonBody(body, swipe)
  const { account, home } = holder(world, login, wish.card)
  const merchant = feedMerchant(wish.shop, wish.city === 'home' ? home : CITIES[wish.city])
  const presence = wish.presence ?? (merchant.online ? 'online' : 'in-person')
  const { device } = wish
  const use = await feed.use({ account, amountMinor: minorOf(wish.amount), merchant, presence, device })
  return jsonAnswer(200, useLine(use))
}

/** `POST /control/people/{login}/fraud`: somebody else pays with the card, as thieves do. */
export async function stealCard({ feed, world }: CardFeedRoutes, login: string, body: string): Promise<Answer> {
  const wish = readJsonBody(body, fraud)
  const uses = await commitFraud(feed, holder(world, login, wish.card), wish.kind)
  return jsonAnswer(200, { uses: uses.map(useLine) })
}

/** `POST /control/card-uses/{reference}/follow`: the payment is charged, taken back, or the money returned. */
export async function followCardUse({ feed }: CardFeedRoutes, reference: string, body: string): Promise<Answer> {
  const wish = readJsonBody(body, following)
  const use = await feed.follow(reference, wish.kind, wish.amount === undefined ? undefined : minorOf(wish.amount))
  if (use === undefined) throw new FdxRefusal('conflict')
  return jsonAnswer(200, useLine(use))
}

/** `GET /control/card-uses`: every use and how far its delivery is, oldest first. */
export function listCardUses({ feed }: CardFeedRoutes): Answer {
  return jsonAnswer(200, { uses: feed.uses().map(useLine) })
}

function holder(world: World, login: string, which: 'credit' | 'debit'): { account: Account; home: City } {
  const person = world.people().find((each) => each.login === login)
  if (person === undefined) throw new FdxRefusal('no-route')
  const withCard = world.accountsOf(person.id).filter(({ cardDisplay }) => cardDisplay !== undefined)
  const account = withCard.find(({ kind }) => (kind === 'CREDITCARD') === (which === 'credit'))
  if (account === undefined) throw new FdxRefusal('conflict')
  return { account, home: PROFILES.find((each) => each.login === login)?.home ?? CITIES.sanFrancisco }
}

function minorOf(text: string): bigint {
  const minor = BigInt(text.replace('.', ''))
  if (minor > AMOUNT_MINOR_MAX) throw new FdxRefusal('bad-request', 'amount is too large')
  return minor
}

function useLine(use: CardUse): object {
  const { reference, kind, of, accountId, amountMinor, outcome, because, verdict, answeredMs, delivery, attempts } = use
  const { payee, createdAt, card: used } = use
  return {
    ...{ reference, kind, of, accountId, amountMinor, outcome, because, verdict, answeredMs, delivery, attempts },
    at: new Date(createdAt).toISOString(),
    amount: `${decimalText(BigInt(amountMinor), used.currency)} ${used.currency}`,
    merchant: payee.name,
    city: payee.place?.city,
    cardLast4: used.lastDigits,
  }
}
