import { type DayNumber, type Span, addMonths, dayParts, monthSpan, weekSpan, weekdayOf, yearSpan } from './calendar.ts'
import { type DayContext, countAt, recall, skip, tagAt } from './day-context.ts'
import type { Unit, Which } from './day-words-shape.ts'
import { wordAt } from './tokens.ts'
import { type FoundWhen, firstFrom, latestOf, oneDay } from './when.ts'

/** A time counted from today: "yesterday", "last week", "les 30 derniers jours", "vor drei Tagen", "year to date". */
export function readRelative(context: DayContext, at: number): FoundWhen | undefined {
  return recall(context.relatives, at, () => readRelativeAnew(context, at))
}

function readRelativeAnew(context: DayContext, at: number): FoundWhen | undefined {
  const found =
    readToDate(context, at) ??
    readAgo(context, at) ??
    readBefore(context, at) ??
    readBehind(context, at) ??
    readNamedDay(context, at) ??
    readWhole(context, at) ??
    readWeekend(context, at)
  if (found === undefined) return undefined
  return { ...found, next: tagAt(context, found.next, 'soFar')?.next ?? found.next }
}

function readToDate(context: DayContext, at: number): FoundWhen | undefined {
  const found = tagAt(context, at, 'toDate')
  if (found === undefined) return undefined
  const span = unitSpan(context, found.value.value, 0)
  return { when: { kind: 'span', span: { from: span.from, to: context.today }, unit: undefined }, next: found.next }
}

function readNamedDay(context: DayContext, at: number): FoundWhen | undefined {
  const found = tagAt(context, at, 'day')
  return found === undefined ? undefined : dayAt(context.today + found.value.value, found.next)
}

function readWhole(context: DayContext, at: number): FoundWhen | undefined {
  const found = tagAt(context, at, 'whole')
  if (found === undefined) return undefined
  return spanAt(whichSpan(context, found.value.value.which, found.value.value.unit), found.value.value.unit, found.next)
}

// "3 days ago", "hace 3 días", "il y a deux semaines", "vor einer Woche", "3 dias atrás".
function readAgo(context: DayContext, at: number): FoundWhen | undefined {
  const before = tagAt(context, at, 'agoBefore')
  const count = countAt(context, before?.next ?? at)
  const unit = count === undefined ? undefined : tagAt(context, count.next, 'unit')
  if (count === undefined || unit === undefined) return undefined
  const behind = tagAt(context, unit.next, 'agoBehind')
  if (before === undefined && behind === undefined) return undefined
  return spanAt(agoSpan(context, count.value, unit.value.value), undefined, behind?.next ?? unit.next)
}

function agoSpan(context: DayContext, count: number, unit: Unit): Span {
  switch (unit) {
    case 'minute':
      return oneDay(context.today)
    case 'hour':
      return oneDay(context.today - Math.floor(count / 24))
    case 'day':
      return oneDay(context.today - count)
    case 'week':
      return oneDay(context.today - 7 * count)
    case 'fortnight':
      return oneDay(context.today - 14 * count)
    case 'weekend':
    case 'month':
    case 'quarter':
    case 'half':
    case 'year':
      return unitSpan(context, unit, -count)
  }
}

// "last week", "past three months", "les 30 derniers jours", "last friday", "letzten Oktober".
function readBefore(context: DayContext, at: number): FoundWhen | undefined {
  const counted = countAt(context, at)
  const early =
    counted !== undefined && counted.value > 1 && tagAt(context, counted.next, 'before') !== undefined
      ? counted
      : undefined
  const which = tagAt(context, early?.next ?? at, 'before')
  if (which === undefined) return undefined
  const start = skip(context, which.next, 'articles')
  const late = early ?? countAt(context, start)
  const behind =
    early === undefined && late !== undefined ? (tagAt(context, late.next, 'before')?.next ?? late.next) : start
  if (late !== undefined) return countedSpan(context, which.value.value, late.value, behind)
  return readNounBefore(context, which.value.value, start)
}

function countedSpan(context: DayContext, which: Which, count: number, at: number): FoundWhen | undefined {
  const unit = tagAt(context, at, 'unit')
  if (unit === undefined) return undefined
  const doubled = tagAt(context, unit.next, 'behind')?.next ?? unit.next
  if (which === 'next') return spanAt(comingSpan(context, count, unit.value.value), undefined, doubled)
  if (which === 'this' && count !== 1) return undefined
  if (which === 'this') return spanAt(whichSpan(context, 'this', unit.value.value), unit.value.value, doubled)
  return spanAt(rollingSpan(context, count, unit.value.value), undefined, doubled)
}

function readNounBefore(context: DayContext, which: Which, at: number): FoundWhen | undefined {
  const unit = tagAt(context, at, 'unit')
  if (unit !== undefined && isVague(context, which, at, unit.value.value)) return undefined
  if (unit !== undefined) {
    // "este fin de semana pasado": the word behind says more.
    const behind = tagAt(context, unit.next, 'behind')
    const meant =
      behind?.value.value ?? (which === 'last' && tagAt(context, unit.next, 'agoBehind') ? 'beforeLast' : which)
    return spanAt(whichSpan(context, meant, unit.value.value), unit.value.value, behind?.next ?? unit.next)
  }
  return readNamedWhich(context, which, at)
}

// "ces derniers jours" are some days, "the last day to pay" is none of the past.
function isVague(context: DayContext, which: Which, at: number, unit: Unit): boolean {
  if (which !== 'last' && which !== 'past') return false
  return (
    (which === 'last' && unit === 'day') ||
    plurals.test(wordAt(context.tokens, at)) ||
    wordAt(context.tokens, at - 1) === 'derniers'
  )
}

const plurals =
  /^(?:days|weeks|months|years|jours|semaines|ans|annees|dias|semanas|meses|anos|tage|tagen|wochen|monate|monaten|jahre|jahren)$/

/** "last friday", "viernes pasado", "last october". */
function readNamedWhich(context: DayContext, which: Which, at: number): FoundWhen | undefined {
  const weekday = tagAt(context, at, 'weekday') ?? tagAt(context, at, 'weakWeekday')
  if (weekday !== undefined) {
    const day = weekdaySpan(context, which, weekday.value.value)
    return day === undefined ? undefined : spanAt(day, 'day', weekday.next)
  }
  const month = tagAt(context, at, 'month') ?? tagAt(context, at, 'weakMonth')
  // "this october 3rd" is a date with a word too many.
  if (month === undefined || context.tokens[month.next]?.kind === 'number') return undefined
  return monthAt(context, which, month.value.value, month.next)
}

function monthAt(context: DayContext, which: Which, month: number, next: number): FoundWhen | undefined {
  const when = { kind: 'date', month } as const
  const now = dayParts(context.today)
  const before = context.today - now.day
  const span =
    which === 'next'
      ? firstFrom(when, monthSpan(now.year, now.month).to + 1)
      : latestOf(when, which === 'this' ? context.today : before)
  return span === undefined ? undefined : spanAt(span, 'month', next)
}

// "semana pasada", "lundi dernier", "octubre pasado", "3 semaines passées".
function readBehind(context: DayContext, at: number): FoundWhen | undefined {
  const count = context.tokens[at]?.kind === 'number' ? countAt(context, at) : undefined
  const noun = count?.next ?? at
  const unit = tagAt(context, noun, 'unit')
  const name = tagAt(context, noun, 'weekday') ?? tagAt(context, noun, 'weakWeekday') ?? tagAt(context, noun, 'month')
  const behind = tagAt(context, unit?.next ?? name?.next ?? at, 'behind')
  if (behind === undefined || (unit === undefined && name === undefined)) return undefined
  const which = behind.value.value
  if (unit === undefined) {
    const found = count === undefined ? readNamedWhich(context, which, at) : undefined
    return found === undefined ? undefined : { ...found, next: behind.next }
  }
  if (count === undefined) return spanAt(whichSpan(context, which, unit.value.value), unit.value.value, behind.next)
  return which === 'last'
    ? spanAt(rollingSpan(context, count.value, unit.value.value), undefined, behind.next)
    : undefined
}

// "at the weekend": the latest one.
function readWeekend(context: DayContext, at: number): FoundWhen | undefined {
  const unit = tagAt(context, at, 'unit')
  if (unit?.value.value !== 'weekend') return undefined
  return spanAt(whichSpan(context, 'this', 'weekend'), 'weekend', unit.next)
}

function weekdaySpan(context: DayContext, which: Which, weekday: number): Span | undefined {
  const { today } = context
  const when = { kind: 'weekday', weekday } as const
  if (which === 'next') return firstFrom(when, today + 1)
  if (which === 'this') return context.isForward ? firstFrom(when, today) : latestOf(when, today)
  const last = latestOf(when, today - 1)
  return which === 'beforeLast' && last !== undefined ? oneDay(last.from - 7) : last
}

function whichSpan(context: DayContext, which: Which, unit: Unit): Span {
  switch (which) {
    case 'this':
      return unitSpan(context, unit, 0)
    case 'next':
      return unitSpan(context, unit, 1)
    case 'beforeLast':
      return unitSpan(context, unit, -2)
    case 'past':
      return unit === 'weekend' || unit === 'quarter' ? unitSpan(context, unit, -1) : rollingSpan(context, 1, unit)
    case 'last':
      return unit === 'fortnight' || unit === 'hour' || unit === 'minute'
        ? rollingSpan(context, 1, unit)
        : unitSpan(context, unit, -1)
  }
}

/** The calendar's unit today lies in, or one so many before or after it. */
function unitSpan(context: DayContext, unit: Unit, shift: number): Span {
  const { today } = context
  const { year, month } = dayParts(today)
  switch (unit) {
    case 'minute':
    case 'hour':
    case 'day':
      return oneDay(today + (unit === 'day' ? shift : 0))
    case 'week':
      return weekSpan(today + 7 * shift, context.weekStartsOn)
    case 'fortnight': {
      const to = weekSpan(today + 14 * shift, context.weekStartsOn).to
      return { from: to - 13, to }
    }
    case 'weekend': {
      const saturday = today - ((weekdayOf(today) + 1) % 7)
      // After a weekend, "last weekend" is that one; within it, the one before.
      const steps = shift < 0 && weekdayOf(today) < 6 ? shift + 1 : shift
      return { from: saturday + 7 * steps, to: saturday + 7 * steps + 1 }
    }
    case 'month':
      return monthSpan(year, month + shift)
    case 'quarter':
      return monthSpan(year, 3 * Math.floor((month - 1) / 3) + 1 + 3 * shift, 3)
    case 'half':
      return monthSpan(year, 6 * Math.floor((month - 1) / 6) + 1 + 6 * shift, 6)
    case 'year':
      return yearSpan(year + shift)
  }
}

/** So many units up to and with today: "the last 30 days" are thirty days. */
function rollingSpan({ today, ...context }: DayContext, count: number, unit: Unit): Span {
  if (unit === 'hour') return { from: today - Math.ceil(count / 24), to: today }
  return { from: rollingStart({ today, ...context }, count, unit), to: today }
}

function rollingStart(context: DayContext, count: number, unit: Unit): DayNumber {
  const { today } = context
  switch (unit) {
    case 'minute':
      return today
    case 'hour':
    case 'day':
      return today - count + 1
    case 'week':
      return today - 7 * count + 1
    case 'fortnight':
      return today - 14 * count + 1
    case 'weekend':
      return unitSpan(context, 'weekend', -count).from
    case 'month':
      return addMonths(today, -count) + 1
    case 'quarter':
      return addMonths(today, -3 * count) + 1
    case 'half':
      return addMonths(today, -6 * count) + 1
    case 'year':
      return addMonths(today, -12 * count) + 1
  }
}

function comingSpan(context: DayContext, count: number, unit: Unit): Span {
  const { today } = context
  if (unit === 'day') return { from: today, to: today + count }
  if (unit === 'week' || unit === 'fortnight') return { from: today, to: today + (unit === 'week' ? 7 : 14) * count }
  const months = { minute: 0, hour: 0, weekend: 0, month: 1, quarter: 3, half: 6, year: 12 }[unit]
  return { from: today, to: addMonths(today, months * count) }
}

function spanAt(span: Span, unit: Unit | undefined, next: number): FoundWhen {
  return { when: { kind: 'span', span, unit }, next }
}

function dayAt(day: DayNumber, next: number): FoundWhen {
  return spanAt(oneDay(day), 'day', next)
}
