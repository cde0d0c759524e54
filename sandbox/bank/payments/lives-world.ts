import { chanceFor, pickDistinct } from './chance.ts'
import { commitFraud } from './committed-fraud.ts'
import { createEventRows } from './event-rows.ts'
import type { EventRows } from './event-rows.ts'
import { live } from './genuine-life.ts'
import type { Scene } from './genuine-life.ts'
import { describePerson } from './people.ts'
import type { Person } from './people.ts'
import { SHOP_KINDS } from './shop-kinds.ts'
import { openShops } from './shops.ts'
import type { Shops } from './shops.ts'

/** So many of so many tills in shops fall each day, and for so many days all their payments are fraud. */
const FALLEN_TILLS = { each: 2, of: 10_000, days: 28 } as const

/** What a world of lives is made of. */
export type LivesSize = {
  readonly seed: string
  readonly customers: number
  readonly days: number
  /** The first day's beginning, UTC. */
  readonly startMs: number
}

/** A world of lives: who, where, and what happened, with the answer key. */
export type LivesWorld = {
  readonly size: LivesSize
  readonly people: readonly Person[]
  readonly shops: Shops
  readonly rows: EventRows
}

/**
 * Customers with homes, habits, journeys and subscriptions, and what thieves do to some of them. A function of the seed
 * and the sizes alone. Place by itself tells little: most who pay far from home are on a journey, or share the account.
 */
export function generateLivesWorld(size: LivesSize): LivesWorld {
  const { seed, customers, days } = size
  const shops = openShops(seed, customers)
  const rows = createEventRows(days)
  const world = { rows, shops, days, isWeekend: weekends(size), tillOn: fallTills(size, shops) }
  const people = Array.from({ length: customers }, (_, number) => describePerson({ seed, days, shops }, number))
  for (const person of people) {
    const from = rows.length
    const scene = (part: string): Scene => ({ ...world, chance: chanceFor('lives', seed, part, person.number) })
    live(scene('life'), person)
    commitFraud(scene('fraud'), person, from)
  }
  return { size, people, shops, rows }
}

function weekends({ startMs }: LivesSize): (day: number) => boolean {
  const first = new Date(startMs).getUTCDay()
  return (day) => (first + day) % 7 === 6 || (first + day) % 7 === 0
}

function fallTills({ seed, days }: LivesSize, shops: Shops): Scene['tillOn'] {
  const chance = chanceFor('lives', seed, 'fallen tills')
  const inTown = shops.all.flatMap(({ kind, firstTill, tills, country }) =>
    SHOP_KINDS[kind].presence === 'in-person' && country === 'US'
      ? Array.from({ length: tills }, (_, nth) => firstTill + nth)
      : [],
  )
  const fallen = new Set<number>()
  for (let day = 0; day < days; day += 1) {
    for (const at of pickDistinct(chance, (FALLEN_TILLS.each * inTown.length) / FALLEN_TILLS.of, inTown.length)) {
      for (let nth = 0; nth < FALLEN_TILLS.days; nth += 1) fallen.add((inTown[at] ?? 0) * days + day + nth)
    }
  }
  return (till, day) => (day < days && fallen.has(till * days + day) ? 'fallen-terminal' : 'genuine')
}
