import { chanceFor } from './chance.ts'
import type { Chance } from './chance.ts'
import { commitHandbookFraud } from './handbook-fraud.ts'
import type { HandbookRows, WorldSize } from './handbook-rows.ts'
import { terminalsNearby } from './terminals-nearby.ts'
import { timeOrder } from './time-order.ts'

/** Side of the square that customers and terminals lie on. */
const GRID_SIDE = 100
/** A customer uses the terminals within this distance. */
const REACH = 5
/** Mean amount of a customer, in currency units. */
const MEAN_AMOUNT = { min: 5, max: 100 } as const
/** Mean number of payments of a customer a day. */
const MEAN_PER_DAY = { min: 0, max: 4 } as const
const DAY_SECONDS = 86_400
/** Around noon; payments that would fall on another day are dropped. */
const TIME_OF_DAY = { mean: DAY_SECONDS / 2, deviation: 20_000 } as const

/**
 * The world that the public fraud-detection handbook describes in words, written from those words: customers with a mean
 * amount and a mean number of payments a day pay around noon at terminals close to them; three kinds of fraud. A payment
 * is a function of the seed and the sizes alone.
 */
export function generateHandbookWorld(size: WorldSize): HandbookRows {
  const customers = Array.from({ length: size.customers }, (_, id) => describeCustomer(size, id))
  const nearby = terminalsNearby({
    points: customers,
    terminals: placeTerminals(size),
    side: GRID_SIDE,
    reach: REACH,
  })
  const rows = emptyRows(customers.reduce((sum, { counts }) => sum + counts.reduce((all, each) => all + each, 0), 0))
  const firstRowOf = new Uint32Array(size.customers + 1)
  let length = 0
  for (const [id, customer] of customers.entries()) {
    firstRowOf[id] = length
    length = spendFrom(rows, length, { ...customer, id, terminals: nearby[id] ?? [] })
  }
  firstRowOf[size.customers] = length
  commitHandbookFraud({ ...rows, length }, firstRowOf, size)
  return inOrder({ ...rows, length })
}

type Customer = {
  readonly x: number
  readonly y: number
  readonly meanAmount: number
  /** Payments on each day. */
  readonly counts: Uint8Array
  readonly chance: Chance
}

function describeCustomer({ seed, days }: WorldSize, id: number): Customer {
  const chance = chanceFor('handbook', seed, 'customer', id)
  const x = chance.uniform(0, GRID_SIDE)
  const y = chance.uniform(0, GRID_SIDE)
  const meanAmount = chance.uniform(MEAN_AMOUNT.min, MEAN_AMOUNT.max)
  const perDay = chance.uniform(MEAN_PER_DAY.min, MEAN_PER_DAY.max)
  return { x, y, meanAmount, counts: Uint8Array.from({ length: days }, () => chance.poisson(perDay)), chance }
}

function placeTerminals({ seed, terminals }: WorldSize): { readonly x: number; readonly y: number }[] {
  const chance = chanceFor('handbook', seed, 'terminals')
  return Array.from({ length: terminals }, () => ({
    x: chance.uniform(0, GRID_SIDE),
    y: chance.uniform(0, GRID_SIDE),
  }))
}

/** Writes a customer's payments, day by day; who has no terminal within reach never pays. */
function spendFrom(
  rows: HandbookRows,
  start: number,
  customer: Customer & { readonly id: number; readonly terminals: readonly number[] },
): number {
  const { chance, terminals } = customer
  if (terminals.length === 0) return start
  let row = start
  for (const [day, count] of customer.counts.entries()) {
    for (let payment = 0; payment < count; payment += 1) {
      const second = Math.trunc(chance.normal(TIME_OF_DAY.mean, TIME_OF_DAY.deviation))
      if (second <= 0 || second >= DAY_SECONDS) continue
      rows.seconds[row] = day * DAY_SECONDS + second
      rows.customer[row] = customer.id
      rows.terminal[row] = chance.pick(terminals)
      rows.amountMinor[row] = drawAmount(chance, customer.meanAmount)
      row += 1
    }
  }
  return row
}

/** Hundredths of a unit. What would be negative is drawn again, evenly up to twice the mean. */
function drawAmount(chance: Chance, mean: number): number {
  const amount = chance.normal(mean, mean / 2)
  return Math.round(100 * (amount < 0 ? chance.uniform(0, 2 * mean) : amount))
}

function emptyRows(capacity: number): HandbookRows {
  return {
    length: 0,
    seconds: new Uint32Array(capacity),
    customer: new Uint32Array(capacity),
    terminal: new Uint32Array(capacity),
    amountMinor: new Uint32Array(capacity),
    scenario: new Uint8Array(capacity),
  }
}

function inOrder(rows: HandbookRows): HandbookRows {
  const order = timeOrder(rows.seconds, rows.length)
  return {
    length: rows.length,
    seconds: Uint32Array.from(order, (row) => rows.seconds[row] ?? 0),
    customer: Uint32Array.from(order, (row) => rows.customer[row] ?? 0),
    terminal: Uint32Array.from(order, (row) => rows.terminal[row] ?? 0),
    amountMinor: Uint32Array.from(order, (row) => rows.amountMinor[row] ?? 0),
    scenario: Uint8Array.from(order, (row) => rows.scenario[row] ?? 0),
  }
}
