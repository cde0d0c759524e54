import { type Span } from './calendar.ts'
import { type DayContext, countAt, skip, tagAt } from './day-context.ts'
import { readPoint } from './read-point.ts'
import { type FoundWhen, type When, firstFrom, latestOf, rangeOf } from './when.ts'

/** A period in a message, from one token up to another. An open side is undefined. */
export type FoundPeriod = {
  readonly first: number | undefined
  readonly last: number | undefined
  readonly from: number
  readonly to: number
}

/** The first period or day that a message speaks of; both ends included, in the past unless somebody plans ahead. */
export function findPeriod(context: DayContext): FoundPeriod | undefined {
  let at = 0
  while (at < context.tokens.length) {
    const nothing = tagAt(context, at, 'nothing')
    if (nothing !== undefined && !isDated(context, nothing.next)) {
      at = nothing.next
      continue
    }
    const found = periodAt(context, at)
    if (found?.first !== undefined || found?.last !== undefined) return found
    at = found?.to ?? at + 1
  }
  return undefined
}

// "im Monat Oktober", "im Jahr 2025": what means nothing alone, means something before a name or a number.
function isDated(context: DayContext, at: number): boolean {
  if (context.tokens[at]?.kind === 'number') return true
  return (['month', 'agoBehind', 'behind'] as const).some((name) => tagAt(context, at, name) !== undefined)
}

function periodAt(context: DayContext, at: number): FoundPeriod | undefined {
  return (
    readBetween(context, at) ??
    readFromTo(context, at) ??
    readSince(context, at) ??
    readLimit(context, at) ??
    readOne(context, at)
  )
}

function readBetween(context: DayContext, at: number): FoundPeriod | undefined {
  const between = tagAt(context, at, 'between')
  return between === undefined ? undefined : readRange(context, at, between.next, 'and')
}

// "from monday to friday", "del 3 al 10 de octubre", "october 3 – 10", "3.-10. Oktober".
function readFromTo(context: DayContext, at: number): FoundPeriod | undefined {
  const opening = tagAt(context, at, 'from') ?? tagAt(context, at, 'since')
  const opened = opening === undefined ? undefined : readRange(context, at, opening.next, 'to')
  if (opened !== undefined) return opened
  const bare = readRange(context, at, at, 'to')
  return bare
}

function readRange(context: DayContext, from: number, at: number, joint: 'and' | 'to'): FoundPeriod | undefined {
  const isOpened = at > from
  const first = readPoint(context, at, { bareDay: true, isExpected: isOpened })
  const joined = first === undefined ? undefined : jointAt(context, first, joint)
  if (first === undefined || joined === undefined) return undefined
  const second = readPoint(context, joined, { bareDay: isOpened || isWholeDate(first.when), isExpected: true })
  if (second === undefined || !isRange(context, first, second, isOpened)) return undefined
  const span = rangeOf(first.when, second.when, context.today, context.isForward)
  return span === undefined ? undefined : { first: span.from, last: span.to, from, to: second.next }
}

// Behind "3." the dot belongs to the day.
function jointAt(context: DayContext, first: FoundWhen, joint: 'and' | 'to'): number | undefined {
  const dot = context.tokens[first.next]?.raw === '.' ? first.next + 1 : first.next
  return tagAt(context, first.next, joint)?.next ?? tagAt(context, dot, joint)?.next
}

function isWholeDate(when: When): boolean {
  return when.kind === 'date' && when.month !== undefined && when.day !== undefined
}

// Two times are a range when they say where it begins, or are of a sort, or the joint says so.
function isRange(context: DayContext, first: FoundWhen, second: FoundWhen, isOpened: boolean): boolean {
  const joint = context.tokens[first.next]?.word ?? ''
  const isLoose = /^(?:and|und|et|y|e|a|au|al|ao|,|de)$/.test(joint)
  const bothBare = isBareDay(first.when) && isBareDay(second.when)
  if (isOpened) return !bothBare || namesMonthDays(context, first) || joint !== 'a'
  if (isBareDay(first.when) && (second.when.kind !== 'date' || second.when.month === undefined)) return false
  return !isLoose || isBareDay(first.when) || (isWholeMonth(first.when) && isWholeMonth(second.when))
}

// "june and july" are both.
function isWholeMonth(when: When): boolean {
  return when.kind === 'date' && when.month !== undefined && when.day === undefined
}

function isBareDay(when: When): boolean {
  return when.kind === 'date' && when.month === undefined && when.day !== undefined
}

function namesMonthDays(context: DayContext, first: FoundWhen): boolean {
  return context.tokens[first.next - 1]?.kind === 'number'
}

// "since march", "desde el lunes", "seit drei Tagen", "from october on".
function readSince(context: DayContext, at: number): FoundPeriod | undefined {
  const since = tagAt(context, at, 'since')
  const start = since?.next ?? tagAt(context, at, 'from')?.next
  if (start === undefined) return undefined
  const lasting = since === undefined ? undefined : readLasting(context, start)
  if (lasting !== undefined)
    return { first: context.today - lasting.days, last: context.today, from: at, to: lasting.next }
  const found = readPoint(context, start, { isExpected: true })
  if (found === undefined) return undefined
  const onwards = tagAt(context, found.next, 'onwards')
  if (isOnlyFrom(context, at, since !== undefined) && onwards === undefined) return undefined
  const span = latestOf(found.when, context.today)
  if (span === undefined || span.from > context.today) return undefined
  return { first: span.from, last: context.today, from: at, to: onwards?.next ?? found.next }
}

// "transactions from march" are those of march; "von" and "de" too.
function isOnlyFrom(context: DayContext, at: number, isSince: boolean): boolean {
  return !isSince || /^(?:von|beginning|des)$/.test(context.tokens[at]?.word ?? '')
}

// "depuis 3 jours", "seit zwei Wochen", "desde hace un mes".
function readLasting(context: DayContext, at: number): { readonly days: number; readonly next: number } | undefined {
  const ago = tagAt(context, at, 'agoBefore')?.next ?? at
  const count = countAt(context, ago)
  const unit = count === undefined ? undefined : tagAt(context, count.next, 'unit')
  if (count === undefined || unit === undefined) return undefined
  const days = {
    minute: 0,
    hour: 1 / 24,
    day: 1,
    week: 7,
    fortnight: 14,
    weekend: 7,
    month: 30,
    quarter: 91,
    half: 182,
    year: 365,
  }
  const behind = tagAt(context, unit.next, 'agoBehind')?.next ?? unit.next
  return { days: Math.ceil(days[unit.value.value] * count.value), next: behind }
}

// "until friday", "before october", "after the 3rd".
function readLimit(context: DayContext, at: number): FoundPeriod | undefined {
  const { today } = context
  const later = tagAt(context, at, 'later')
  const earlier = tagAt(context, at, 'earlier')
  const until = tagAt(context, at, 'until')
  const start = (later ?? earlier ?? until)?.next
  const found = start === undefined ? undefined : readPoint(context, start, { isExpected: true })
  if (found === undefined) return undefined
  // "until friday" alone says how long from now; "before october" and "after the 3rd" look back.
  const place = { from: at, to: found.next }
  const isAhead = later === undefined && (context.isForward || until !== undefined)
  const span = isAhead ? firstFrom(found.when, today) : latestOf(found.when, today)
  if (span === undefined) return undefined
  if (later !== undefined) return span.to < today ? { first: span.to + 1, last: today, ...place } : undefined
  const last = earlier !== undefined ? span.from - 1 : span.to
  // "until now" leaves nothing out, and "até amanhã" is a good-bye: read, and no period.
  if (!context.isForward && last >= today && found.when.kind === 'span') {
    return { first: undefined, last: undefined, ...place }
  }
  return { first: isAhead && last >= today ? today : undefined, last, ...place }
}

function readOne(context: DayContext, at: number): FoundPeriod | undefined {
  const found = readPoint(context, at)
  if (found === undefined || skip(context, at, 'on', 'in', 'articles') === found.next) return undefined
  const span = context.isForward ? aheadOf(found.when, context) : latestOf(found.when, context.today)
  return span === undefined ? undefined : { ...ends(context, span), from: at, to: found.next }
}

function aheadOf(when: When, context: DayContext): Span | undefined {
  return when.kind === 'span' ? when.span : firstFrom(when, context.today)
}

// A period that has begun and not ended is counted up to today; somebody who plans ahead means all of it.
function ends(context: DayContext, span: Span): { readonly first: number; readonly last: number } {
  const isRunning = !context.isForward && span.from <= context.today && span.to > context.today
  return { first: span.from, last: isRunning ? context.today : span.to }
}
