import { randomUUID } from 'node:crypto'
import type { Account } from '../world/book.ts'
import { CITIES } from '../world/places.ts'
import type { City } from '../world/places.ts'
import type { CardUse } from './card-use-book.ts'
import { FEED_CITY_NAMES, feedMerchant } from './feed-shops.ts'
import type { FeedShop } from './feed-shops.ts'
import type { CardFeed } from './open-card-feed.ts'

/** Frauds that can be committed on demand. */
export const FRAUDS = ['stolen-card', 'card-testing', 'impossible-travel', 'account-takeover'] as const
/** One of them. */
export type Fraud = (typeof FRAUDS)[number]

type Theft = {
  readonly shop: FeedShop
  readonly amountMinor: bigint
  readonly at: 'home' | 'far'
  /** With the thief's own device. */
  readonly device?: true
}

/** What a thief does, in order. */
const STORIES: Readonly<Record<Fraud, readonly Theft[]>> = {
  // The wallet is gone: within minutes, in the same town, what can be sold on, and cash.
  'stolen-card': [
    { shop: 'electronics', amountMinor: 64_900n, at: 'home' },
    { shop: 'electronics', amountMinor: 118_900n, at: 'home' },
    { shop: 'jewellery', amountMinor: 152_000n, at: 'home' },
    { shop: 'cash', amountMinor: 40_000n, at: 'home' },
  ],
  // Small sums first, to see whether the card works; then a large purchase in a shop abroad.
  'card-testing': [
    { shop: 'games', amountMinor: 99n, at: 'home', device: true },
    { shop: 'games', amountMinor: 199n, at: 'home', device: true },
    { shop: 'charity', amountMinor: 100n, at: 'home', device: true },
    { shop: 'games', amountMinor: 499n, at: 'home', device: true },
    { shop: 'electronics', amountMinor: 94_900n, at: 'far' },
  ],
  // The customer pays for a coffee; minutes later a copy of the card pays on another continent.
  'impossible-travel': [
    { shop: 'coffee', amountMinor: 485n, at: 'home' },
    { shop: 'jewellery', amountMinor: 68_000n, at: 'far' },
    { shop: 'cash', amountMinor: 30_000n, at: 'far' },
  ],
  // Somebody signed in as the customer and buys what can be sold on.
  'account-takeover': [
    { shop: 'giftCards', amountMinor: 20_000n, at: 'home', device: true },
    { shop: 'giftCards', amountMinor: 20_000n, at: 'home', device: true },
    { shop: 'onlineShop', amountMinor: 43_900n, at: 'home', device: true },
  ],
}

/** Plays a thief with somebody's card, one use after the other; what is refused does not stop a thief. */
export async function commitFraud(
  feed: Pick<CardFeed, 'use'>,
  victim: { readonly account: Account; readonly home: City },
  fraud: Fraud,
): Promise<readonly CardUse[]> {
  const device = `device-${randomUUID()}`
  const far = farFrom(victim.home)
  const uses: CardUse[] = []
  for (const theft of STORIES[fraud]) {
    const merchant = feedMerchant(theft.shop, theft.at === 'home' ? victim.home : far)
    uses.push(
      await feed.use({
        account: victim.account,
        amountMinor: theft.amountMinor,
        merchant,
        presence: merchant.online ? 'online' : 'in-person',
        ...(theft.device === true ? { device } : {}),
      }),
    )
  }
  return uses
}

/** The city that is farthest to the east or west. */
function farFrom(home: City): City {
  const apart = (city: City): number => {
    const degrees = Math.abs((city.streets[0]?.longitude ?? 0) - (home.streets[0]?.longitude ?? 0))
    return Math.min(degrees, 360 - degrees)
  }
  const abroad = FEED_CITY_NAMES.map((name): City => CITIES[name]).filter(({ country }) => country !== home.country)
  return abroad.reduce((farthest, city) => (apart(city) > apart(farthest) ? city : farthest), home)
}
