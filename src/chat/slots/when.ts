import {
  type DayNumber,
  type Span,
  addMonths,
  dayNumber,
  dayParts,
  isDay,
  monthSpan,
  weekdayOf,
  yearSpan,
} from './calendar.ts'
import type { Unit } from './day-words-shape.ts'

/** What was said about a time, before it is decided which one is meant. */
export type When =
  | { readonly kind: 'span'; readonly span: Span; readonly unit: Unit | undefined }
  | { readonly kind: 'date'; readonly year?: number; readonly month?: number; readonly day?: number }
  | { readonly kind: 'weekday'; readonly weekday: number }

/** A time that was read, and the place behind it. */
export type FoundWhen = { readonly when: When; readonly next: number }

/** No date comes back later than this (29 February). */
const yearsBackMax = 8

/** The latest such time that has begun on that day. Undefined when the calendar has none. */
export function latestOf(when: When, day: DayNumber): Span | undefined {
  if (when.kind === 'span') return when.span
  if (when.kind === 'weekday') return oneDay(day - ((weekdayOf(day) - when.weekday + 7) % 7))
  return firstFitting(when, day, -1, (span) => span.from <= day)
}

/** The first such time that ends on that day or later. */
export function firstFrom(when: When, day: DayNumber): Span | undefined {
  if (when.kind === 'span') return when.span
  if (when.kind === 'weekday') return oneDay(day + ((when.weekday - weekdayOf(day) + 7) % 7))
  return firstFitting(when, day, 1, (span) => span.to >= day)
}

// Tries the year (or the month) of the day, then those before or after it.
function firstFitting(
  date: Extract<When, { kind: 'date' }>,
  day: DayNumber,
  step: 1 | -1,
  fits: (span: Span) => boolean,
): Span | undefined {
  const now = dayParts(day)
  if (date.year !== undefined) return spanOf({ ...date, year: date.year })
  for (let count = 0; count <= (date.month === undefined ? 12 : yearsBackMax); count += 1) {
    const shifted = dayParts(addMonths(dayNumber({ ...now, day: 1 }), date.month === undefined ? step * count : 0))
    const year = date.month === undefined ? shifted.year : now.year + step * count
    const span = spanOf({ ...date, year, month: date.month ?? shifted.month })
    if (span !== undefined && fits(span)) return span
  }
  return undefined
}

function spanOf({ year, month, day }: { year: number; month?: number; day?: number }): Span | undefined {
  if (month === undefined) return yearSpan(year)
  if (day === undefined) return monthSpan(year, month)
  return isDay({ year, month, day }) ? oneDay(dayNumber({ year, month, day })) : undefined
}

/** A span of one day. */
export function oneDay(day: DayNumber): Span {
  return { from: day, to: day }
}

/** From one time to another: the latest beginning that has come, then the first end behind it. */
export function rangeOf(first: When, second: When, today: DayNumber, isForward: boolean): Span | undefined {
  const [start, end] = shareParts(first, second)
  if (end.kind === 'date' && end.year !== undefined && hasNoYear(start)) {
    const to = latestOf(end, today)?.to
    const from = to === undefined ? undefined : latestOf(start, to)?.from
    return from === undefined || to === undefined ? undefined : { from, to }
  }
  const from = (isForward && start.kind !== 'span' ? firstFrom(start, today) : latestOf(start, today))?.from
  const to = from === undefined ? undefined : firstFrom(end, from)?.to
  return from === undefined || to === undefined || to < from ? undefined : { from, to }
}

function hasNoYear(when: When): boolean {
  return when.kind === 'weekday' || (when.kind === 'date' && when.year === undefined)
}

// "between 3 and 10 october", "october 3 to 10": a day without its month has the other one's.
function shareParts(first: When, second: When): readonly [When, When] {
  if (first.kind !== 'date' || second.kind !== 'date') return [first, second]
  if (first.month === undefined && first.day !== undefined && second.month !== undefined) {
    return [{ ...second, day: first.day }, second]
  }
  if (second.month === undefined && second.day !== undefined && first.month !== undefined) {
    return [first, { ...first, day: second.day }]
  }
  return [first, second]
}
