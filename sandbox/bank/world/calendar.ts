const DAY_MS = 86_400_000

/** The bank's day starts at 05:00 UTC, midnight in New York in winter; postings carry that instant. */
const DAY_START_MS = 5 * 3_600_000

/** A day of the bank, counted from 1970-01-01. */
export type BankDay = number

/** The bank's day at an instant. */
export function bankDayAt(ms: number): BankDay {
  return Math.floor((ms - DAY_START_MS) / DAY_MS)
}

/** YYYY-MM-DD. */
export function isoDay(day: BankDay): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** An instant of a bank day: seconds after its start. */
export function isoInstant(day: BankDay, seconds: number): string {
  return new Date(day * DAY_MS + DAY_START_MS + seconds * 1000).toISOString()
}

/** 0 = Sunday. */
export function weekday(day: BankDay): number {
  return new Date(day * DAY_MS).getUTCDay()
}

/** Saturday or Sunday: no postings. */
export function isWeekend(day: BankDay): boolean {
  return weekday(day) % 6 === 0
}

/** 1 to 31. */
export function dayOfMonth(day: BankDay): number {
  return new Date(day * DAY_MS).getUTCDate()
}

/** Whether tomorrow is the first of a month. */
export function isLastOfMonth(day: BankDay): boolean {
  return dayOfMonth(day + 1) === 1
}

/** Months since year 0; differs by one from month to month. */
export function monthIndex(day: BankDay): number {
  const date = new Date(day * DAY_MS)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** The first bank day at or after `day` that is not on a weekend. */
export function nextBusinessDay(day: BankDay): BankDay {
  return isWeekend(day) ? nextBusinessDay(day + 1) : day
}
