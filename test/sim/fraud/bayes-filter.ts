import { type MeanKnowledge, amountLaw, learnMean, unknownMean } from './amount-law.ts'
import { type DayEvidence, type Fall, fallChance } from './fall-chance.ts'

/** Payments by time, in columns. Days count from the first. */
export type FilterRows = {
  readonly length: number
  readonly day: Int32Array
  readonly atMs: Float64Array
  readonly customer: Uint32Array
  readonly terminal: Uint32Array
  /** In currency units. */
  readonly amount: Float64Array
}

/** The rules of the world that the filter knows: all of them, but not who fell when. */
export type FilterRules = {
  readonly terminals: Fall
  readonly customers: Fall
  /** Of a fallen customer's payments so many are taken, at five times the amount. */
  readonly takenShare: number
  /** Every amount above is fraud. */
  readonly largeAmount: number
  /** The chance that a fraud is reported within an hour: no report is evidence too. */
  readonly reportedShare: number
}

export const handbookRules: FilterRules = {
  terminals: { chanceADay: 2 / 10_000, days: 28 },
  customers: { chanceADay: 3 / 5_000, days: 14 },
  takenShare: 1 / 3,
  largeAmount: 220,
  reportedShare: 0,
}

const hourMs = 3_600_000
/** Evidence counts from twice as long before the day in question as a fall lasts, until once as long after it. */
const spansBefore = 2
/** How far a terminal's evidence looks into its customers', and back into their other terminals. */
const depthMax = 2

type Evidence = { fallen: number; clean: number }

export type BayesFilter = {
  /** Counts a payment in, with the chance that it is fraud by everything known by then. `ask: false` skips the sum. */
  observe(row: number, ask: boolean): number
  label(row: number, isFraud: boolean): void
}

/**
 * The exact posterior for the three kinds of fraud of the handbook's world, but for two things: that a fallen customer's taken payments are
 * a third *exactly* is taken as one in three by chance, and terminals and customers that share a fraud inform each other to depth two.
 */
export function createBayesFilter(rows: FilterRows, rules: FilterRules): BayesFilter {
  const unlabelled = 2
  const labels = new Uint8Array(rows.length).fill(unlabelled)
  const means = new Map<number, MeanKnowledge>()
  const ofCustomer = new Map<number, number[]>()
  const ofTerminal = new Map<number, number[]>()
  const prior = {
    terminal: rules.terminals.chanceADay * rules.terminals.days,
    customer: rules.customers.chanceADay * rules.customers.days,
  }
  let nowMs = 0
  let today = 0

  const amountOf = (row: number): number => rows.amount[row] ?? 0
  const isLarge = (row: number): boolean => amountOf(row) > rules.largeAmount
  const meanOf = (row: number): MeanKnowledge => entry(means, rows.customer[row] ?? 0, unknownMean)
  /** What silence after a fraud weighs. */
  const silence = (row: number): number => (nowMs - (rows.atMs[row] ?? 0) > hourMs ? 1 - rules.reportedShare : 1)

  /** Chance that this payment was taken from a fallen customer, its own label left aside. */
  function takenChance(row: number, depth: number): number {
    const fallen = depth === 0 ? prior.customer : customerFallen(row, depth)
    const { genuine, taken } = amountLaw(meanOf(row), amountOf(row))
    const share = fallen * rules.takenShare
    return (share * taken) / (share * taken + (1 - share) * genuine)
  }

  function customerFallen(about: number, depth: number): number {
    const { from, days } = daysAround(rules.customers, about)
    for (const row of recent(ofCustomer.get(rows.customer[about] ?? 0), from)) {
      const day = days[(rows.day[row] ?? 0) - from]
      if (row === about || day === undefined) continue
      const { fallen, clean } = customerEvidence(row, depth)
      day.fallen *= fallen
      day.clean *= clean
    }
    return fallChance(rules.customers, days, (rows.day[about] ?? 0) - from)
  }

  function customerEvidence(row: number, depth: number): DayEvidence {
    const share = rules.takenShare
    if (labels[row] === 0) return { fallen: 1 - share, clean: 1 }
    const law = amountLaw(meanOf(row), amountOf(row))
    const taken = (share * law.taken) / law.genuine
    if (isLarge(row)) return { fallen: taken + 1 - share, clean: 1 }
    if (labels[row] === unlabelled) return { fallen: taken * silence(row) + 1 - share, clean: 1 }
    const byTerminal = depth <= 1 ? prior.terminal : terminalFallen(row, depth - 1)
    return { fallen: taken + (1 - share) * byTerminal, clean: byTerminal }
  }

  function terminalFallen(about: number, depth: number): number {
    const { from, days } = daysAround(rules.terminals, about)
    for (const row of recent(ofTerminal.get(rows.terminal[about] ?? 0), from)) {
      const day = days[(rows.day[row] ?? 0) - from]
      if (row === about || day === undefined) continue
      const { fallen, clean } = terminalEvidence(row, depth)
      day.fallen *= fallen
      day.clean *= clean
    }
    return fallChance(rules.terminals, days, (rows.day[about] ?? 0) - from)
  }

  function terminalEvidence(row: number, depth: number): DayEvidence {
    if (labels[row] === 0) return { fallen: 0, clean: 1 }
    if (isLarge(row)) return { fallen: 1, clean: 1 }
    if (labels[row] === unlabelled) return { fallen: silence(row), clean: 1 }
    return { fallen: 1, clean: takenChance(row, depth - 1) }
  }

  function daysAround(fall: Fall, about: number): { readonly from: number; readonly days: Evidence[] } {
    const day = rows.day[about] ?? 0
    const from = day - spansBefore * fall.days
    const until = Math.min(today, day + fall.days)
    return { from, days: Array.from({ length: until - from + 1 }, () => ({ fallen: 1, clean: 1 })) }
  }

  function recent(of: readonly number[] | undefined, fromDay: number): readonly number[] {
    if (of === undefined) return []
    let first = of.length
    while (first > 0 && (rows.day[of[first - 1] ?? 0] ?? 0) >= fromDay) first -= 1
    return of.slice(first)
  }

  return {
    observe(row, ask) {
      nowMs = rows.atMs[row] ?? 0
      today = rows.day[row] ?? 0
      const chance = !ask
        ? 0
        : isLarge(row)
          ? 1
          : 1 - (1 - terminalFallen(row, depthMax)) * (1 - takenChance(row, depthMax))
      entry(ofCustomer, rows.customer[row] ?? 0, () => []).push(row)
      entry(ofTerminal, rows.terminal[row] ?? 0, () => []).push(row)
      return chance
    },
    label(row, isFraud) {
      if (labels[row] !== unlabelled) return
      labels[row] = isFraud ? 1 : 0
      learnMean(meanOf(row), amountOf(row), isFraud)
    },
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}
