import { chanceFor, weighted } from './chance.ts'
import type { Chance } from './chance.ts'
import { planJourneys } from './journeys.ts'
import type { Journey } from './journeys.ts'
import { SHOP_KINDS } from './shop-kinds.ts'
import type { ShopKindName } from './shop-kinds.ts'
import { KIND_NAMES } from './shops.ts'
import type { Shop, Shops } from './shops.ts'
import { TOWNS } from './towns.ts'

/** Somebody who carries a card: the customer, or who shares the account. */
export type Holder = {
  /** 0: the account's first card, 1: a second one with digits of its own. */
  readonly card: number
  /** Town where they live. */
  readonly home: number
  readonly inPersonPerDay: number
  readonly onlinePerDay: number
  /** Hours that their day is later than others'. */
  readonly lateness: number
  /** How many shopping days their Saturdays and Sundays are. */
  readonly weekends: number
  readonly journeys: readonly Journey[]
  /** What they buy with over the network; `from` is the first day. */
  readonly devices: readonly { readonly device: number; readonly from: number }[]
}

/** Something that is charged again and again. */
export type Subscription = {
  readonly shop: Shop
  readonly amountMinor: number
  readonly firstDay: number
  readonly everyDays: number
  /** From this day on it costs a fifth more. */
  readonly dearerFrom: number
}

/** A customer. */
export type Person = {
  readonly number: number
  readonly account: string
  readonly lastDigits: readonly [string, string]
  /** What they spend, relative to others. */
  readonly means: number
  readonly taste: (kind: ShopKindName) => number
  /** Shops they go to again and again. */
  readonly favourites: (kind: ShopKindName) => readonly Shop[]
  /** Some play, and buy many small things in an hour. */
  readonly plays: boolean
  readonly holders: readonly Holder[]
  readonly subscriptions: readonly Subscription[]
}

/** Two adults, one account: the second card is far from the first one without any crime. */
const PARTNER_SHARE = 0.12
/** A card in the telephones of both has one number. */
const SAME_CARD_SHARE = 0.6
const FAVOURITES = 3
const PLAYERS_SHARE = 0.1
const NIGHT_WORKERS_SHARE = 0.05
const NEW_TELEPHONE_SHARE = 0.5
const SUBSCRIPTIONS_MAX = 5
const RECURRING_KINDS = KIND_NAMES.filter((name) => SHOP_KINDS[name].presence === 'recurring')
const DEVICES_A_PERSON = 8

/** Describes customer `number`: always the same for one seed. */
export function describePerson(world: { seed: string; days: number; shops: Shops }, number: number): Person {
  const { seed, days, shops } = world
  const chance = chanceFor('lives', seed, 'person', number)
  const home = weighted(
    chance,
    TOWNS.map((_, town) => town),
    (town) => TOWNS[town]?.homes ?? 0,
  )
  const taste = new Map(KIND_NAMES.map((kind) => [kind, Math.exp(chance.normal(0, 0.6))]))
  const favourites = new Map(KIND_NAMES.map((kind) => [kind, pickFavourites(chance, shops.of(kind, home))]))
  const couple = chance.happens(PARTNER_SHARE)
  const holder = (nth: number, card: number): Holder => describeHolder(chance, { days, home, number, nth, card })
  return {
    number,
    account: `acct-${String(number).padStart(6, '0')}`,
    lastDigits: [fourDigits(chance), fourDigits(chance)],
    means: Math.exp(chance.normal(0, 0.45)),
    taste: (kind) => taste.get(kind) ?? 1,
    favourites: (kind) => favourites.get(kind) ?? [],
    plays: chance.happens(PLAYERS_SHARE),
    holders: [holder(0, 0), ...(couple ? [holder(1, chance.happens(SAME_CARD_SHARE) ? 0 : 1)] : [])],
    subscriptions: Array.from({ length: chance.int(0, SUBSCRIPTIONS_MAX) }, () => subscribe(chance, shops, days)),
  }
}

function describeHolder(
  chance: Chance,
  { days, home, number, nth, card }: { days: number; home: number; number: number; nth: number; card: number },
): Holder {
  const firstDevice = number * DEVICES_A_PERSON + nth * 4 + 1
  const changes = chance.happens(NEW_TELEPHONE_SHARE)
  return {
    card,
    home,
    inPersonPerDay: chance.uniform(0.2, 2.2),
    onlinePerDay: chance.uniform(0.05, 0.8),
    lateness: chance.normal(0, 1) + (chance.happens(NIGHT_WORKERS_SHARE) ? 9 : 0),
    weekends: chance.uniform(0.8, 1.6),
    journeys: planJourneys(chance, days, home),
    devices: [
      { device: firstDevice, from: 0 },
      { device: firstDevice + 1, from: 0 },
      ...(changes ? [{ device: firstDevice + 2, from: chance.int(0, days) }] : []),
    ],
  }
}

function subscribe(chance: Chance, shops: Shops, days: number): Subscription {
  const kind = weighted(chance, RECURRING_KINDS, (name) => SHOP_KINDS[name].home)
  const { median, spread } = SHOP_KINDS[kind]
  return {
    shop: chance.pick(shops.of(kind, 0)),
    amountMinor: Math.max(99, Math.round((median * Math.exp(chance.normal(0, spread))) / 100) * 100 - 1),
    firstDay: chance.happens(0.7) ? chance.int(0, 29) : chance.int(0, days),
    everyDays: 30,
    dearerFrom: chance.happens(0.3) ? chance.int(0, days) : days,
  }
}

function pickFavourites(chance: Chance, shops: readonly Shop[]): readonly Shop[] {
  return shops.length === 0 ? [] : Array.from({ length: FAVOURITES }, () => chance.pick(shops))
}

function fourDigits(chance: Chance): string {
  return String(chance.int(0, 9_999)).padStart(4, '0')
}
