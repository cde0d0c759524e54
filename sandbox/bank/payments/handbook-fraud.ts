import { chanceFor, pickDistinct } from './chance.ts'
import type { Chance } from './chance.ts'
import type { HandbookRows, WorldSize } from './handbook-rows.ts'

const DAY_SECONDS = 86_400
/** 1: every amount above this, in hundredths of a unit. */
const LARGE_AMOUNT_MINOR = 22_000
/** 2: so many of so many terminals fall each day, and for so many days all their payments are fraud. */
const FALLEN_TERMINALS = { each: 2, of: 10_000, days: 28 } as const
/** 3: so many of so many customers fall each day; for so many days a third of their payments are fraud, at five times the amount. */
const FALLEN_CUSTOMERS = { each: 3, of: 5_000, days: 14, share: 1 / 3, times: 5 } as const

/**
 * Commits the three kinds of fraud, in this order; the last one that fits is what the answer key says. Rows stand in the
 * order of customers and days; `firstRowOf` has each customer's first row and, last, the end.
 */
export function commitHandbookFraud(rows: HandbookRows, firstRowOf: Uint32Array, size: WorldSize): void {
  for (let row = 0; row < rows.length; row += 1) {
    if ((rows.amountMinor[row] ?? 0) > LARGE_AMOUNT_MINOR) rows.scenario[row] = 1
  }
  fallTerminals(rows, size)
  fallCustomers(rows, firstRowOf, size)
}

function fallTerminals(rows: HandbookRows, { seed, terminals, days }: WorldSize): void {
  const chance = chanceFor('handbook', seed, 'fallen terminals')
  // fallen[terminal × days + day]
  const fallen = new Uint8Array(terminals * days)
  for (let day = 0; day < days; day += 1) {
    for (const terminal of pickDistinct(chance, (FALLEN_TERMINALS.each * terminals) / FALLEN_TERMINALS.of, terminals)) {
      const until = Math.min(days, day + FALLEN_TERMINALS.days)
      fallen.fill(1, terminal * days + day, terminal * days + until)
    }
  }
  for (let row = 0; row < rows.length; row += 1) {
    if (fallen[(rows.terminal[row] ?? 0) * days + dayOf(rows, row)] === 1) rows.scenario[row] = 2
  }
}

function fallCustomers(rows: HandbookRows, firstRowOf: Uint32Array, { seed, customers, days }: WorldSize): void {
  const chance = chanceFor('handbook', seed, 'fallen customers')
  for (let day = 0; day < days; day += 1) {
    for (const id of pickDistinct(chance, (FALLEN_CUSTOMERS.each * customers) / FALLEN_CUSTOMERS.of, customers)) {
      const within = rowsWithin(rows, firstRowOf, { id, from: day, to: day + FALLEN_CUSTOMERS.days })
      for (const row of someOf(chance, within, Math.floor(within.length * FALLEN_CUSTOMERS.share))) {
        // Who falls again within the fortnight is not multiplied twice.
        if (rows.scenario[row] !== 3) rows.amountMinor[row] = (rows.amountMinor[row] ?? 0) * FALLEN_CUSTOMERS.times
        rows.scenario[row] = 3
      }
    }
  }
}

function rowsWithin(
  rows: HandbookRows,
  firstRowOf: Uint32Array,
  { id, from, to }: { readonly id: number; readonly from: number; readonly to: number },
): number[] {
  const within: number[] = []
  for (let row = firstRowOf[id] ?? 0; row < (firstRowOf[id + 1] ?? 0); row += 1) {
    const day = dayOf(rows, row)
    if (day >= from && day < to) within.push(row)
  }
  return within
}

function someOf(chance: Chance, items: readonly number[], count: number): number[] {
  return pickDistinct(chance, count, items.length).flatMap((at) => items[at] ?? [])
}

function dayOf(rows: HandbookRows, row: number): number {
  return Math.floor((rows.seconds[row] ?? 0) / DAY_SECONDS)
}
