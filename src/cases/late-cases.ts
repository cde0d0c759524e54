import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import type { CaseFilter } from './case-filter.ts'
import { caseKinds, deadlinesOf } from './regulatory-clock.ts'
import type { BankClock, CaseKind, Deadline } from './regulatory-clock.ts'

/** For each kind of case the moment before which it must have been opened for its first date to lie behind it now, in ms. */
type LateBefore = { readonly [Kind in CaseKind]: Instant }

/** A filter as the database takes it: of what is late it is told since when, for how days are counted is configuration. */
export type AskedFilter = Omit<CaseFilter, 'late'> & {
  readonly late?: { readonly banks: { readonly [bank: string]: LateBefore }; readonly others: LateBefore } | undefined
}

/** How banks count, and the time. */
export type Clocks = { readonly clocks: { readonly [institution: string]: BankClock }; readonly now: Instant }

/** The filter with the moments from which on a case is late, by each bank's own clock. */
export function askedFilter({ late, ...filter }: CaseFilter, { clocks, now }: Clocks): AskedFilter {
  if (late === undefined) return filter
  const banks = Object.fromEntries(Object.entries(clocks).map(([bank, clock]) => [bank, lateBefore(clock, now)]))
  return { ...filter, late: { banks, others: lateBefore({}, now) } }
}

/** The latest date that lies behind an undecided case while another is still to come; undefined where none does, or all do. */
export function passedDeadline(deadlines: readonly Deadline[], now: Instant): Deadline | undefined {
  const passed = deadlines.filter(({ at }) => at <= now)
  return passed.length === deadlines.length ? undefined : passed.at(-1)
}

const dayMs = 86_400_000
/** No step that can be configured is longer than ten years; weekends and holidays make at most twice as many days of them. */
const daysBackMax = 7_300 + 400

function lateBefore(clock: BankClock, now: Instant): LateBefore {
  const of = (kind: CaseKind): Instant => {
    const isLate = (day: number): boolean => {
      const [first] = deadlinesOf(kind, toInstant(day * dayMs), clock)
      return first !== undefined && first.at <= now
    }
    // Whoever came later has later dates, so the first day that is not late is found by halving.
    const today = Math.floor(now / dayMs)
    let [late, open] = [today - daysBackMax, today]
    while (open - late > 1) {
      const middle = Math.floor((late + open) / 2)
      if (isLate(middle)) late = middle
      else open = middle
    }
    return toInstant(open * dayMs)
  }
  const [fraud, dispute, lost] = caseKinds.map(of)
  return { fraud: fraud ?? now, dispute: dispute ?? now, 'card-lost': lost ?? now }
}
