import { type DayParts, isDay, isYear } from './calendar.ts'
import type { DayContext } from './day-context.ts'
import type { FoundWhen } from './when.ts'

/**
 * A date in digits: 2026-10-03, 3/10/2026, 3.10., 3-10-26, 10/2026. The order of day and month is the customer's; where
 * that makes no date, the other order.
 */
export function readNumericDate(context: DayContext, at: number, isExpected: boolean): FoundWhen | undefined {
  const { tokens } = context
  if (tokens[at]?.kind !== 'number' || context.isTaken(at) || isAfterDigits(context, at)) return undefined
  const parts = partsAt(context, at)
  if (parts === undefined || context.isTaken(parts.next - 1)) return undefined
  const [first = '', second = '', third] = parts.numbers
  const { next } = parts
  if (third !== undefined) {
    const day = first.length === 4 ? yearFirst(first, second, third) : yearLast(context, parts.numbers)
    return day === undefined ? undefined : { when: { kind: 'date', ...day }, next }
  }
  if (first.length === 4 && parts.sign === '-') return monthOfYear(first, second, next)
  if (second.length === 4) return monthOfYear(second, first, next)
  return withoutYear(context, parts, isExpected)
}

type Parts = {
  readonly numbers: readonly string[]
  readonly sign: string
  readonly next: number
  readonly isDotted: boolean
}

// "3.10.2026" is one token; "3/10/2026" and "3-10-2026" are several without a blank between.
function partsAt(context: DayContext, at: number): Parts | undefined {
  const { tokens } = context
  const raw = tokens[at]?.raw ?? ''
  if (/^\d{1,2}\.\d{1,2}(?:\.\d{2,4})?$/.test(raw) || /^\d{1,2}\.\d{4}$/.test(raw)) {
    const hasDot = tokens[at + 1]?.raw === '.' && tokens[at + 1]?.glued === true
    const numbers = raw.split('.')
    // "3.10. 2026"
    const year = tokens[at + 2]?.raw ?? ''
    const takesYear = hasDot && numbers.length === 2 && /^(?:19|20)\d\d$/.test(year)
    if (takesYear) return { numbers: [...numbers, year], sign: '.', next: at + 3, isDotted: true }
    return { numbers, sign: '.', next: hasDot ? at + 2 : at + 1, isDotted: hasDot }
  }
  if (!/^\d{1,4}$/.test(raw)) return undefined
  const sign = tokens[at + 1]?.raw ?? ''
  const second = gluedNumber(context, at + 1, sign)
  if (second === undefined) return undefined
  const third = tokens[at + 3]?.raw === sign ? gluedNumber(context, at + 3, sign) : undefined
  const numbers = third === undefined ? [raw, second] : [raw, second, third]
  const next = at + 2 * numbers.length - 1
  return isFollowedByDigits(context, next) ? undefined : { numbers, sign, next, isDotted: false }
}

function gluedNumber(context: DayContext, at: number, sign: string): string | undefined {
  const [mark, number] = [context.tokens[at], context.tokens[at + 1]]
  if (!/^[/-]$/.test(sign) || mark?.glued !== true || number?.kind !== 'number' || !number.glued) return undefined
  return /^\d{1,4}$/.test(number.raw) ? number.raw : undefined
}

function isFollowedByDigits(context: DayContext, at: number): boolean {
  const [mark, number] = [context.tokens[at], context.tokens[at + 1]]
  return mark?.glued === true && /^[/-]$/.test(mark.raw) && number?.kind === 'number' && number.glued
}

// Inside a phone number or a reference.
function isAfterDigits(context: DayContext, at: number): boolean {
  const before = context.tokens[at - 1]
  const isJoined = context.tokens[at]?.glued === true && before !== undefined
  return (
    isJoined && (before.kind === 'word' || (/^[/+#:-]$/.test(before.raw) && context.tokens[at - 2]?.kind === 'number'))
  )
}

function yearFirst(year: string, month: string, day: string): DayParts | undefined {
  return checked({ year: Number(year), month: Number(month), day: Number(day) })
}

function yearLast(context: DayContext, [first = '', second = '', third = '']: readonly string[]): DayParts | undefined {
  if (first.length > 2 || second.length > 2 || third.length === 3 || third.length === 1) return undefined
  const year = fullYear(third)
  const [one, other] = [Number(first), Number(second)]
  const dayFirst = checked({ year, month: other, day: one })
  const monthFirst = checked({ year, month: one, day: other })
  return context.monthFirst ? (monthFirst ?? dayFirst) : (dayFirst ?? monthFirst)
}

/** '26 is 2026; '80 is 1980, which no bank has kept. */
export function fullYear(digits: string): number {
  const year = Number(digits)
  return digits.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year
}

function checked(parts: DayParts): DayParts | undefined {
  return isDay(parts) ? parts : undefined
}

function monthOfYear(year: string, month: string, next: number): FoundWhen | undefined {
  const when = { kind: 'date', year: Number(year), month: Number(month) } as const
  return isYear(when.year) && when.month >= 1 && when.month <= 12 ? { when, next } : undefined
}

// "3/10", and "3.10." or, after "on" or "from", "3.10"; a bare 3.10 is a number, 24/7 and 1-2 are no dates.
function withoutYear(context: DayContext, parts: Parts, isExpected: boolean): FoundWhen | undefined {
  const [first = '', second = ''] = parts.numbers
  if (parts.sign === '-' || first.length > 2 || second.length > 2 || (first === '24' && second === '7'))
    return undefined
  if (parts.sign === '.' && !parts.isDotted && !isExpected) return undefined
  const leapYear = 2000
  const [one, other] = [Number(first), Number(second)]
  const dayFirst = checked({ year: leapYear, month: other, day: one })
  const monthFirst = checked({ year: leapYear, month: one, day: other })
  const day = context.monthFirst && parts.sign === '/' ? (monthFirst ?? dayFirst) : (dayFirst ?? monthFirst)
  return day === undefined ? undefined : { when: { kind: 'date', month: day.month, day: day.day }, next: parts.next }
}
