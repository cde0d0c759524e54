import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'

/** What a case is about, as the desk opened it. */
export const caseKinds = ['fraud', 'dispute', 'card-lost'] as const
export type CaseKind = (typeof caseKinds)[number]

/** One date that the law, or the bank, sets: what must be done by then, and what says so. */
export type ClockStep = {
  /** `acknowledge`: the customer has heard that it is looked at. `decide`: found out, or the money given back for the time being. `end`: the last day. */
  readonly what: 'acknowledge' | 'decide' | 'extended' | 'end'
  readonly days: number
  readonly counted: 'business' | 'calendar'
  readonly basis: string
}

/** The steps of each kind of case. */
export type ClockTable = { readonly [Kind in CaseKind]: readonly ClockStep[] }

/**
 * What counts unless a bank says otherwise: of the rules for debit cards and accounts (12 CFR 1005.11) and for credit cards (12 CFR 1026.13) the
 * earlier date, for a case does not know which kind of card it is about. A lost card is dealt with within two business days (12 CFR 1005.6(b)).
 */
export const defaultClocks: ClockTable = {
  fraud: [
    { what: 'decide', days: 10, counted: 'business', basis: '12 CFR 1005.11(c)(1)' },
    { what: 'extended', days: 45, counted: 'calendar', basis: '12 CFR 1005.11(c)(2)' },
    { what: 'end', days: 90, counted: 'calendar', basis: '12 CFR 1005.11(c)(3)' },
  ],
  dispute: [
    { what: 'decide', days: 10, counted: 'business', basis: '12 CFR 1005.11(c)(1)' },
    { what: 'acknowledge', days: 30, counted: 'calendar', basis: '12 CFR 1026.13(c)(1)' },
    { what: 'extended', days: 45, counted: 'calendar', basis: '12 CFR 1005.11(c)(2)' },
    { what: 'end', days: 90, counted: 'calendar', basis: '12 CFR 1026.13(c)(2)' },
  ],
  'card-lost': [{ what: 'decide', days: 2, counted: 'business', basis: '12 CFR 1005.6(b)' }],
}

/** How one bank counts: its own steps where it has some, and the days on which it does not work, as `2026-12-25`. */
export type BankClock = {
  readonly steps?: { readonly [Kind in CaseKind]?: readonly ClockStep[] | undefined }
  readonly holidays?: readonly string[]
}

/** A step with the end of its last day, in UTC. */
export type Deadline = ClockStep & { readonly at: Instant }

const dayMs = 86_400_000

/** When each step of a case is due, soonest first. The day of the notice does not count; a business day is no weekend and no holiday of the bank's. */
export function deadlinesOf(kind: CaseKind, openedAt: Instant, bank: BankClock = {}): readonly Deadline[] {
  const holidays = new Set(bank.holidays)
  const steps = bank.steps?.[kind] ?? defaultClocks[kind]
  return steps
    .map((step) => ({ ...step, at: endOf(step, openedAt, holidays) }))
    .toSorted((left, right) => left.at - right.at)
}

/** The step that comes next at this time; the last one when all are over. Undefined: none is set. */
export function nextDeadline(deadlines: readonly Deadline[], now: Instant): Deadline | undefined {
  return deadlines.find(({ at }) => at > now) ?? deadlines.at(-1)
}

function endOf({ days, counted }: ClockStep, openedAt: Instant, holidays: ReadonlySet<string>): Instant {
  let day = Math.floor(openedAt / dayMs)
  for (let left = days; left > 0;) {
    day += 1
    if (counted === 'calendar' || isBusinessDay(day, holidays)) left -= 1
  }
  return toInstant((day + 1) * dayMs - 1)
}

function isBusinessDay(day: number, holidays: ReadonlySet<string>): boolean {
  const date = new Date(day * dayMs)
  const weekday = date.getUTCDay()
  return weekday !== 0 && weekday !== 6 && !holidays.has(date.toISOString().slice(0, 10))
}
