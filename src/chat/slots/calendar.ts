import type { Instant } from '../../kernel/index.ts'

/** A day of the Gregorian calendar as the number of days since 1 January 1970; easy to add to and compare. */
export type DayNumber = number

/** The same day in its three parts; `month` 1 to 12. */
export type DayParts = { readonly year: number; readonly month: number; readonly day: number }

/** A stretch of days, both ends included. */
export type Span = { readonly from: DayNumber; readonly to: DayNumber }

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain): years begin in March, so that the
// leap day comes last; an era is 400 years.
const daysOfEra = 146_097
const daysBefore1970 = 719_468

/** The number of a day. Days past the end of a month roll over, so check with {@link isDay} first. */
export function dayNumber({ year, month, day }: DayParts): DayNumber {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * daysOfEra + dayOfEra - daysBefore1970
}

/** Year, month and day of a day's number. */
export function dayParts(number: DayNumber): DayParts {
  const shifted = number + daysBefore1970
  const era = Math.floor(shifted / daysOfEra)
  const dayOfEra = shifted - era * daysOfEra
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** `YYYY-MM-DD`. */
export function dayText(number: DayNumber): string {
  const { year, month, day } = dayParts(number)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Reads `YYYY-MM-DD`; undefined when it is none. */
export function readDayText(text: string): DayNumber | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return undefined
  const parts = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
  return isDay(parts) ? dayNumber(parts) : undefined
}

/** Whether the calendar has such a day, in the years that people ask about. */
export function isDay({ year, month, day }: DayParts): boolean {
  return isYear(year) && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month)
}

/** Years that a bank can have something to say about. */
export function isYear(year: number): boolean {
  return Number.isInteger(year) && year >= 1950 && year <= 2099
}

/** How many days a month has. */
export function monthLength(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** 1 Monday to 7 Sunday. 1 January 1970 was a Thursday. */
export function weekdayOf(number: DayNumber): number {
  return ((((number + 3) % 7) + 7) % 7) + 1
}

/** The same day of the month so many months later (or earlier); the last day of that month where it has no such day. */
export function addMonths(number: DayNumber, months: number): DayNumber {
  const { year, month, day } = dayParts(number)
  const total = year * 12 + month - 1 + months
  const target = { year: Math.floor(total / 12), month: (((total % 12) + 12) % 12) + 1 }
  return dayNumber({ ...target, day: Math.min(day, monthLength(target.year, target.month)) })
}

/** A whole month; months below 1 and above 12 belong to the years around. */
export function monthSpan(year: number, month: number, months = 1): Span {
  const from = addMonths(dayNumber({ year, month: 1, day: 1 }), month - 1)
  return { from, to: addMonths(from, months) - 1 }
}

/** A whole year. */
export function yearSpan(year: number): Span {
  return monthSpan(year, 1, 12)
}

/** The week a day lies in. `startsOn`: 1 Monday to 7 Sunday. */
export function weekSpan(number: DayNumber, startsOn: number): Span {
  const from = number - ((weekdayOf(number) - startsOn + 7) % 7)
  return { from, to: from + 6 }
}

/** The day it is for somebody at that moment in that time zone; in UTC where there is no such zone. */
export function todayIn(now: Instant, timeZone: string): DayNumber {
  const parts = zoneFormat(timeZone).formatToParts(now)
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? '1')
  return dayNumber({ year: part('year'), month: part('month'), day: part('day') })
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  const options = { year: 'numeric', month: 'numeric', day: 'numeric', calendar: 'gregory' } as const
  try {
    return new Intl.DateTimeFormat('en', { ...options, timeZone })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' }) // a zone that nobody knows
  }
}
