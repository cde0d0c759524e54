import type { EventRow, Scenario } from './event-rows.ts'
import { ADVICE_SHARE, eventFor, settle } from './genuine-life.ts'
import type { Scene } from './genuine-life.ts'
import { clock, townAt } from './journeys.ts'
import type { Person } from './people.ts'
import type { ShopKindName } from './shop-kinds.ts'
import type { Shop } from './shops.ts'
import { roughKm, TOWNS } from './towns.ts'

const DAY = 86_400
const HOUR = 3_600
const MINUTE = 60

/** How often each kind of fraud befalls a customer, a day. */
const A_DAY = {
  'large-amount': 0.00075,
  'fallen-customer': 0.0004,
  'impossible-travel': 0.00045,
  'away-from-home': 0.0003,
  'card-testing': 0.00028,
  'account-takeover': 0.0003,
  'subscription-trap': 0.0002,
} as const satisfies Partial<Record<Scenario, number>>

/** For a fortnight a third of the payments of a fallen customer are five times as high. */
const FALLEN = { days: 14, share: 1 / 3, times: 5 } as const
/** From here on a second use of a card soon after the first is beyond any aeroplane. */
const IMPOSSIBLE_KM_MIN = 800
const AWAY_KM_MIN = 150
const DECLINED_TESTS_SHARE = 0.3

/** What thieves buy in shops, and over the network. */
const SPREE: readonly ShopKindName[] = [
  'electronics',
  'department',
  'clothes',
  'fuel',
  'cash',
  'groceries',
  'jewellery',
]
const LOOT: readonly ShopKindName[] = [
  'onlineElectronics',
  'giftCards',
  'marketplace',
  'onlineClothes',
  'tickets',
  'airline',
]
const TESTED_AT: readonly ShopKindName[] = ['charity', 'digital']

/** One customer's misfortunes; `from` is the first of the customer's rows, which are all there. */
type Victim = { readonly scene: Scene; readonly person: Person; readonly from: number }

/** Lets befall a customer what thieves do; their own payments go on meanwhile. */
export function commitFraud(scene: Scene, person: Person, from: number): void {
  const victim = { scene, person, from }
  for (const [scenario, commit] of CRIMES) {
    for (let left = scene.chance.poisson(A_DAY[scenario] * scene.days); left > 0; left -= 1) commit(victim)
  }
}

const CRIMES: readonly (readonly [keyof typeof A_DAY, (victim: Victim) => void])[] = [
  // First, as long as the customer's rows are all genuine ones.
  ['fallen-customer', fall],
  ['large-amount', spendMuch],
  ['impossible-travel', travelImpossibly],
  ['away-from-home', spendElsewhere],
  ['card-testing', testCard],
  ['account-takeover', takeOver],
  ['subscription-trap', trap],
]

function fall({ scene, person, from }: Victim): void {
  const { chance, rows, days } = scene
  const start = chance.int(0, days - 1) * DAY
  const own = genuineRows({ scene, person, from }, (seconds) => seconds >= start && seconds < start + FALLEN.days * DAY)
  for (const row of own) {
    if (!chance.happens(FALLEN.share)) continue
    const amountMinor = rows.at(row).amountMinor * FALLEN.times
    rows.spoil(row, { amountMinor, scenario: 'fallen-customer' })
    for (let later = from; later < rows.length; later += 1) {
      const event = rows.at(later)
      if (event.of !== row) continue
      rows.spoil(later, { amountMinor: event.amountMinor * FALLEN.times, scenario: 'fallen-customer' })
    }
  }
}

function spendMuch(victim: Victim): void {
  const { chance } = victim.scene
  let seconds = someTime(victim, 15)
  const online = chance.happens(0.5)
  const device = online ? thiefsDevice(victim) : 0
  for (let left = chance.int(1, 2); left > 0; left -= 1) {
    const kind = online ? 'onlineElectronics' : chance.pick(['electronics', 'jewellery', 'department'] as const)
    const shop = chance.pick(victim.scene.shops.of(kind, victim.person.holders[0]?.home ?? 0))
    steal(victim, 'large-amount', { seconds, shop, amountMinor: amountBetween(victim, 40_000, 260_000), device })
    seconds += chance.int(4 * MINUTE, 90 * MINUTE)
  }
}

function travelImpossibly(victim: Victim): void {
  const { chance, rows, shops } = victim.scene
  const seen = genuineRows(victim, () => true).filter((row) => rows.at(row).presence === 'in-person')
  if (seen.length === 0) return
  const event = rows.at(chance.pick(seen))
  const there = shops.all[event.shop]?.town ?? 0
  const town = townFrom(victim, there, IMPOSSIBLE_KM_MIN)
  let seconds = event.seconds + chance.int(10 * MINUTE, 150 * MINUTE)
  for (let left = chance.int(1, 4); left > 0; left -= 1) {
    const shop = chance.pick(shops.of(chance.pick(SPREE), town))
    steal(victim, 'impossible-travel', { seconds, shop, amountMinor: amountBetween(victim, 3_000, 70_000), device: 0 })
    seconds += chance.int(4 * MINUTE, 45 * MINUTE)
  }
}

function spendElsewhere(victim: Victim): void {
  const { chance, shops } = victim.scene
  const holder = victim.person.holders[0]
  const start = someTime(victim, 12)
  const there = holder === undefined ? 0 : (townAt(holder, start) ?? holder.home)
  const town = townFrom(victim, there, AWAY_KM_MIN)
  let seconds = start - clock(town) + clock(there)
  for (let left = chance.int(2, 8); left > 0; left -= 1) {
    const shop = chance.pick(shops.of(chance.pick(SPREE), town))
    steal(victim, 'away-from-home', { seconds, shop, amountMinor: amountBetween(victim, 1_500, 45_000), device: 0 })
    seconds += chance.happens(0.3) ? chance.int(10 * HOUR, 20 * HOUR) : chance.int(10 * MINUTE, 3 * HOUR)
  }
}

function testCard(victim: Victim): void {
  const { chance, shops, rows } = victim.scene
  const device = thiefsDevice(victim)
  const testedAt = chance.pick(shops.of(chance.pick(TESTED_AT), 0))
  let seconds = chance.int(0, victim.scene.days * DAY - 1)
  for (let left = chance.int(3, 12); left > 0; left -= 1) {
    const theft = { seconds, shop: testedAt, amountMinor: chance.int(50, 499), device }
    if (chance.happens(DECLINED_TESTS_SHARE)) {
      rows.add({ ...stolen(victim, 'card-testing', theft), kind: 'advice', outcome: 'declined' })
    } else steal(victim, 'card-testing', theft)
    seconds += chance.int(5, 90)
  }
  if (!chance.happens(0.7)) return
  seconds += chance.int(5 * MINUTE, 20 * HOUR)
  for (let left = chance.int(1, 3); left > 0; left -= 1) {
    const shop = chance.pick(shops.of(chance.pick(LOOT), 0))
    steal(victim, 'card-testing', { seconds, shop, amountMinor: amountBetween(victim, 12_000, 140_000), device })
    seconds += chance.int(MINUTE, 40 * MINUTE)
  }
}

function takeOver(victim: Victim): void {
  const { chance, shops } = victim.scene
  const device = thiefsDevice(victim)
  let seconds = someTime(victim, chance.happens(0.6) ? 2 : 20)
  for (let left = chance.int(2, 8); left > 0; left -= 1) {
    const shop = chance.pick(shops.of(chance.pick(LOOT), 0))
    steal(victim, 'account-takeover', { seconds, shop, amountMinor: amountBetween(victim, 4_000, 90_000), device })
    seconds += chance.happens(0.7) ? chance.int(MINUTE, 50 * MINUTE) : chance.int(6 * HOUR, 16 * HOUR)
  }
}

/** A trial for next to nothing, which the customer wanted, and then charges that nobody agreed to. */
function trap(victim: Victim): void {
  const { scene, person } = victim
  const { chance, rows, shops } = scene
  const shop = chance.pick(shops.of('club', 0))
  const seconds = someTime(victim, 20)
  const device = person.holders[0]?.devices[0]?.device ?? 0
  const trial = eventFor(
    person,
    { seconds, shop, amountMinor: chance.int(99, 499), card: 0, device },
    { till: shop.firstTill, seconds },
  )
  rows.add({ ...trial, presence: 'online' })
  const amountMinor = chance.int(39, 89) * 100 + 99
  const every = chance.pick([14, 30])
  for (let nth = 0; nth < 6; nth += 1) {
    const charged = seconds + (chance.int(7, 10) + nth * every) * DAY + chance.int(0, 6 * HOUR)
    steal(victim, 'subscription-trap', { seconds: charged, shop, amountMinor, device: 0 })
  }
}

type Theft = { readonly seconds: number; readonly shop: Shop; readonly amountMinor: number; readonly device: number }

function steal(victim: Victim, scenario: Scenario, theft: Theft): void {
  const { chance, rows } = victim.scene
  const row = stolen(victim, scenario, theft)
  const advised = chance.happens(ADVICE_SHARE)
  const at = rows.add({ ...row, ...(advised ? { kind: 'advice', outcome: 'approved' } : {}) })
  if (at !== undefined) settle(victim.scene, { ...row, of: at })
}

function stolen({ scene, person }: Victim, scenario: Scenario, theft: Theft): EventRow {
  const till = theft.shop.firstTill + scene.chance.int(0, theft.shop.tills - 1)
  // Cash comes in twenties, for thieves as well.
  const amountMinor = theft.shop.kind === 'cash' ? Math.ceil(theft.amountMinor / 2_000) * 2_000 : theft.amountMinor
  return { ...eventFor(person, { ...theft, amountMinor, card: 0 }, { till, seconds: theft.seconds }), scenario }
}

/** The customer's own authorizations within a time, without what is charged again and again. */
function genuineRows({ scene, from }: Victim, within: (seconds: number) => boolean): number[] {
  const own: number[] = []
  for (let row = from; row < scene.rows.length; row += 1) {
    const { kind, scenario, presence, seconds } = scene.rows.at(row)
    if (kind === 'authorization' && scenario === 'genuine' && presence !== 'recurring' && within(seconds)) own.push(row)
  }
  return own
}

/** Some day, around this hour where the customer lives. */
function someTime({ scene, person }: Victim, hour: number): number {
  const { chance, days } = scene
  const local = chance.int(0, days - 1) * DAY + Math.round(chance.normal(hour, 3) * HOUR)
  return Math.max(0, local - clock(person.holders[0]?.home ?? 0))
}

/** A town at least so far from another one. */
function townFrom({ scene }: Victim, town: number, kmMin: number): number {
  const here = TOWNS[town]
  return scene.chance.pick(
    TOWNS.flatMap((each, at) => (here !== undefined && roughKm(here, each) >= kmMin ? [at] : [])),
  )
}

/** Hundredths, small ones more often than large ones. */
function amountBetween({ scene }: Victim, min: number, max: number): number {
  return Math.round(min * Math.exp(scene.chance.uniform(0, Math.log(max / min))))
}

/** A device that no customer has: their numbers stay below. */
function thiefsDevice({ scene }: Victim): number {
  return scene.chance.int(0x4000_0000, 0x7fff_ffff)
}
