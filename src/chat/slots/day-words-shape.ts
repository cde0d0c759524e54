import type { Phrases } from './phrase-table.ts'

/** What people count time in. */
export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'fortnight' | 'weekend' | 'month' | 'quarter' | 'half' | 'year'

/** Which one of several: before its noun ("last week") or behind it ("semana pasada"). */
export type Which = 'last' | 'past' | 'this' | 'next' | 'beforeLast'

/** The words of days and periods of one language, in phrases divided by `|`. */
export type DayWords = {
  /** January first. "Weak" ones are words of another meaning too: they count only beside a number or after "in". */
  readonly months: readonly Phrases[]
  readonly weakMonths: readonly Phrases[]
  /** Monday first. */
  readonly weekdays: readonly Phrases[]
  readonly weakWeekdays: readonly Phrases[]
  /** Days by their distance from today. */
  readonly days: { readonly [distance in '-2' | '-1' | '0' | '1' | '2']: Phrases }
  /** Today only as the end of a stretch: people end any question with "now". */
  readonly now: Phrases
  readonly units: { readonly [Name in Unit]: Phrases }
  readonly before: { readonly [Name in Which]: Phrases }
  readonly behind: { readonly [Name in Which]: Phrases }
  /** "last week" in one word. */
  readonly whole: { readonly [name: string]: Phrases }
  readonly agoBefore: Phrases
  readonly agoBehind: Phrases
  readonly since: Phrases
  readonly until: Phrases
  readonly earlier: Phrases
  readonly later: Phrases
  readonly from: Phrases
  readonly to: Phrases
  readonly between: Phrases
  readonly and: Phrases
  readonly in: Phrases
  readonly on: Phrases
  readonly of: Phrases
  readonly articles: Phrases
  /** First to thirty-first, with what may be the first and last part of a month or year. */
  readonly ordinals: readonly Phrases[]
  readonly ordinalEndings: Phrases
  readonly start: Phrases
  readonly middle: Phrases
  readonly end: Phrases
  readonly yearToDate: Phrases
  readonly monthToDate: Phrases
  readonly soFar: Phrases
  readonly onwards: Phrases
  readonly couple: Phrases
  readonly few: Phrases
  /** Where words of days mean no day: "good morning", "por la mañana". */
  readonly nothing: Phrases
}
