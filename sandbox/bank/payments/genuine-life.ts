import { weighted } from './chance.ts'
import type { Chance } from './chance.ts'
import type { EventRow, EventRows } from './event-rows.ts'
import { clock, townAt } from './journeys.ts'
import type { Holder, Person, Subscription } from './people.ts'
import { SHOP_KINDS } from './shop-kinds.ts'
import type { ShopKind, ShopKindName } from './shop-kinds.ts'
import { KIND_NAMES } from './shops.ts'
import type { Shop, Shops } from './shops.ts'

const DAY = 86_400
const HOUR = 3_600

/** Where payments are written, and what they are drawn from. */
export type Scene = {
  readonly rows: EventRows
  readonly shops: Shops
  readonly chance: Chance
  readonly days: number
  /** Whether a day since the start is a Saturday or Sunday. */
  readonly isWeekend: (day: number) => boolean
  /** What a payment at this till on this day is: genuine, unless the till has fallen. */
  readonly tillOn: (till: number, day: number) => 'genuine' | 'fallen-terminal'
}

/** A payment as somebody decides on it. */
export type Wish = {
  readonly seconds: number
  readonly shop: Shop
  readonly amountMinor: number
  readonly card: number
  readonly device: number
}

const IN_PERSON = KIND_NAMES.filter((name) => SHOP_KINDS[name].presence === 'in-person')
/** Flights are bought for journeys, small things in play besides. */
const ONLINE = KIND_NAMES.filter((name) => SHOP_KINDS[name].presence === 'online' && name !== 'airline')
const TO_FAVOURITE = 0.75
/** People on a journey pay more often. */
const JOURNEY_FACTOR = 1.5
/** Now and then a payment is several times what is usual: a round for everybody, a gift, a repair. */
const TREAT_SHARE = 0.02
const PLAY_A_DAY = 0.06
/** The network answers for the bank now and then, whoever pays, and tells it afterwards. */
export const ADVICE_SHARE = 0.004
const DECLINED_SHARE = 0.003
const REVERSED_SHARE = 0.004
const REFUND_SHARE = 0.02

/** All that a customer and who shares the account pay for. */
export function live(scene: Scene, person: Person): void {
  for (const holder of person.holders) {
    for (let day = 0; day < scene.days; day += 1) {
      shopInTown(scene, person, { holder, day })
      shopOnline(scene, person, { holder, day })
    }
    for (const { booked } of holder.journeys) {
      if (booked !== undefined) buy(scene, person, { kind: 'airline', seconds: booked, holder })
    }
  }
  for (const subscription of person.subscriptions) charge(scene, person, subscription)
}

type Day = { readonly holder: Holder; readonly day: number }

function shopInTown(scene: Scene, person: Person, { holder, day }: Day): void {
  const { chance } = scene
  const noon = day * DAY + 12 * HOUR - clock(holder.home)
  const town = townAt(holder, noon)
  const away = town !== holder.home
  const weekend = scene.isWeekend(day)
  const mean = holder.inPersonPerDay * (away ? JOURNEY_FACTOR : 1) * (weekend ? holder.weekends : 1)
  for (let left = chance.poisson(mean); left > 0; left -= 1) {
    const kind = weighted(chance, IN_PERSON, (name) => {
      const { home, away: abroad, weekend: more }: ShopKind = SHOP_KINDS[name]
      return (away ? abroad : home * person.taste(name)) * (weekend ? more : 1)
    })
    buy(scene, person, {
      kind,
      seconds: day * DAY + hourFor(chance, kind, holder) - clock(town ?? holder.home),
      holder,
    })
  }
}

function shopOnline(scene: Scene, person: Person, { holder, day }: Day): void {
  const { chance } = scene
  for (let left = chance.poisson(holder.onlinePerDay); left > 0; left -= 1) {
    const kind = weighted(chance, ONLINE, (name) => SHOP_KINDS[name].home * person.taste(name))
    buy(scene, person, { kind, seconds: day * DAY + hourFor(chance, kind, holder) - clock(holder.home), holder })
  }
  if (!person.plays || !chance.happens(PLAY_A_DAY)) return
  const [game] = person.favourites('digital')
  let seconds = day * DAY + hourFor(chance, 'digital', holder) - clock(holder.home)
  for (let left = chance.int(3, 9); left > 0 && game !== undefined; left -= 1) {
    const amountMinor = chance.pick([99, 199, 199, 499, 499, 999])
    const device = deviceOn(chance, holder, day)
    pay(scene, person, { seconds, shop: game, amountMinor, card: holder.card, device })
    seconds += chance.int(20, 600)
  }
}

/** One payment of a kind, wherever the person then is; on the way nothing is bought in person. */
function buy(
  scene: Scene,
  person: Person,
  { kind, seconds, holder }: { readonly kind: ShopKindName; readonly seconds: number; readonly holder: Holder },
): void {
  const { chance, shops } = scene
  const inPerson = SHOP_KINDS[kind].presence === 'in-person'
  const town = inPerson ? townAt(holder, seconds) : holder.home
  if (town === undefined) return
  const known = town === holder.home && chance.happens(TO_FAVOURITE) ? person.favourites(kind) : []
  const shop = chance.pick(known.length > 0 ? known : shops.of(kind, town))
  const device = inPerson ? 0 : deviceOn(chance, holder, Math.floor(seconds / DAY))
  pay(scene, person, { seconds, shop, amountMinor: priceOf(chance, kind, person), card: holder.card, device })
}

/** Writes a genuine payment with what belongs to it: the final amount, a reversal, money back. */
export function pay(scene: Scene, person: Person, wish: Wish): void {
  const { chance, rows } = scene
  const { shop, seconds } = wish
  const kind: ShopKind = SHOP_KINDS[shop.kind]
  const row = eventFor(person, wish, {
    till: shop.firstTill + chance.int(0, shop.tills - 1),
    seconds,
  })
  const day = Math.floor(seconds / DAY)
  const scenario = kind.presence === 'in-person' ? scene.tillOn(row.till, Math.max(0, day)) : 'genuine'
  const declined = chance.happens(DECLINED_SHARE)
  if (declined) rows.add({ ...row, kind: 'advice', outcome: 'declined', scenario })
  const again = declined ? { ...row, seconds: seconds + chance.int(15, 120) } : row
  const advised = chance.happens(ADVICE_SHARE)
  const paid = rows.add({ ...again, ...(advised ? { kind: 'advice', outcome: 'approved' } : {}), scenario })
  if (paid === undefined) return
  if (chance.happens(REVERSED_SHARE)) {
    rows.add({ ...again, kind: 'reversal', of: paid, seconds: again.seconds + chance.int(20, 1_800), scenario })
    return
  }
  settle(scene, { ...again, of: paid, scenario })
}

/** What an event of this person is before anything special is known of it. */
export function eventFor(
  person: Person,
  { shop, amountMinor, card, device }: Wish,
  { till, seconds }: { readonly till: number; readonly seconds: number },
): EventRow {
  return {
    ...{ seconds, person: person.number, card, shop: shop.number, till, amountMinor },
    ...{ kind: 'authorization', presence: SHOP_KINDS[shop.kind].presence, device, scenario: 'genuine' },
  }
}

/** What follows a payment: the amount that is charged in the end, or money back. */
export function settle({ chance, rows, shops }: Scene, row: EventRow): void {
  const shop = shops.all[row.shop]
  const kind: ShopKind | undefined = shop === undefined ? undefined : SHOP_KINDS[shop.kind]
  if (kind === undefined) return
  const factor = { tip: chance.uniform(1.1, 1.25), pump: chance.uniform(0.7, 1.1), stay: chance.uniform(0.95, 1.3) }
  if (kind.settlesLater !== undefined) {
    const amountMinor = Math.round(row.amountMinor * factor[kind.settlesLater])
    rows.add({ ...row, kind: 'completion', amountMinor, seconds: row.seconds + chance.int(6, 60) * HOUR })
    return
  }
  const returns = kind.presence === 'online' || shop?.kind === 'clothes' || shop?.kind === 'department'
  if (!returns || !chance.happens(REFUND_SHARE)) return
  rows.add({ ...row, kind: 'refund', seconds: row.seconds + chance.int(1, 20) * DAY + chance.int(0, 6 * HOUR) })
}

function charge(scene: Scene, person: Person, subscription: Subscription): void {
  const { shop, firstDay, everyDays, dearerFrom } = subscription
  for (let day = firstDay; day < scene.days; day += everyDays) {
    const seconds = day * DAY + scene.chance.int(4, 20) * HOUR + scene.chance.int(0, HOUR - 1)
    const amountMinor = Math.round(subscription.amountMinor * (day >= dearerFrom ? 1.2 : 1))
    pay(scene, person, { seconds, shop, amountMinor, card: 0, device: 0 })
  }
}

/** Seconds of the local day. */
function hourFor(chance: Chance, kind: ShopKindName, holder: Holder): number {
  const { hours }: ShopKind = SHOP_KINDS[kind]
  const [hour, spread] = chance.pick(hours)
  const second = Math.round((chance.normal(hour, spread) + holder.lateness) * HOUR)
  return ((second % DAY) + DAY) % DAY
}

/** Hundredths; cash comes in twenties. */
export function priceOf(chance: Chance, kind: ShopKindName, { means }: Person): number {
  const { median, spread }: ShopKind = SHOP_KINDS[kind]
  const treat = chance.happens(TREAT_SHARE) ? chance.uniform(2.5, 8) : 1
  const price = median * Math.exp(chance.normal(0, spread)) * means * treat
  if (kind === 'cash') return Math.max(1, Math.round(price / 2_000)) * 2_000
  return Math.max(50, Math.round(price))
}

/** The device somebody buys with on a day: most often the newest one they have. */
export function deviceOn(chance: Chance, { devices }: Holder, day: number): number {
  const owned = devices.filter(({ from }) => from <= day)
  const newest = owned.at(-1)?.device ?? 0
  return chance.happens(0.8) ? newest : (owned[0]?.device ?? newest)
}
