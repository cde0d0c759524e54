import { dayParts, isYear } from './calendar.ts'
import { type DayContext, countAt, recall, skip, tagAt } from './day-context.ts'
import { fullYear, readNumericDate } from './numeric-dates.ts'
import { readPart } from './read-part.ts'
import { readRelative } from './read-relative.ts'
import { wordAt } from './tokens.ts'
import { type FoundWhen, latestOf, oneDay } from './when.ts'

/** What the surroundings allow. */
export type Expectation = {
  /** A day's number alone will do: "between 3 and …". */
  readonly bareDay?: boolean
  /** A preposition of time stood before: a year or a short name will do. */
  readonly isExpected?: boolean
}

/** One time, a day or a longer one, with the prepositions and articles before it: "on the 15th of last month". */
export function readPoint(context: DayContext, at: number, expectation: Expectation = {}): FoundWhen | undefined {
  const key = at * 4 + (expectation.bareDay === true ? 2 : 0) + (expectation.isExpected === true ? 1 : 0)
  return recall(context.points, key, () => readPointAnew(context, at, expectation))
}

function readPointAnew(context: DayContext, at: number, expectation: Expectation): FoundWhen | undefined {
  const start = skip(context, at, 'on', 'in', 'articles')
  // An article can be the beginning of what is looked for ("the day before yesterday"), so from the longest way back.
  const whole = start === at ? undefined : readPlain(context, at, at, expectation)
  return whole ?? readPlain(context, start, at, expectation)
}

function readPlain(context: DayContext, at: number, from: number, expectation: Expectation): FoundWhen | undefined {
  const isExpected = expectation.isExpected === true || (at > from && hasPreposition(context, from))
  const now = expectation.isExpected === true ? tagAt(context, at, 'now') : undefined
  if (now !== undefined) return { when: { kind: 'span', span: oneDay(context.today), unit: 'day' }, next: now.next }
  const relative = readRelative(context, at)
  if (relative !== undefined) return narrow(context, relative)
  return (
    readNumericDate(context, at, isExpected) ??
    readWeekday(context, at, isExpected) ??
    readDayOfMonth(context, at) ??
    readMonth(context, at, isExpected) ??
    readPart(context, at, (place) => readRelative(context, place) ?? readMonth(context, place, true)) ??
    readYear(context, at, isExpected) ??
    readDayAlone(context, at, from, expectation)
  )
}

// An article alone introduces anything: "my apr".
function hasPreposition(context: DayContext, from: number): boolean {
  return tagAt(context, from, 'articles') === undefined || context.language === 'pt'
}

// "last week on friday", "last year in october", "el mes pasado el 15".
function narrow(context: DayContext, found: FoundWhen): FoundWhen {
  if (found.when.kind !== 'span') return found
  const { unit, span } = found.when
  if (unit !== 'week' && unit !== 'year' && unit !== 'month') return found
  const start = skip(context, found.next, 'on', 'in', 'of', 'articles')
  const inner = unit === 'week' ? weekdayAt(context, start, true) : dateAt(context, start, unit)
  const within = inner === undefined ? undefined : latestOf(inner.when, span.to)
  if (inner === undefined || within === undefined || within.from < span.from) return found
  return { when: { kind: 'span', span: within, unit: 'day' }, next: inner.next }
}

function dateAt(context: DayContext, at: number, unit: 'month' | 'year'): FoundWhen | undefined {
  if (unit === 'year') return readDayOfMonth(context, at) ?? readMonth(context, at, true)
  const found = readDayAlone(context, at, at - 1, { isExpected: true })
  return found
}

function weekdayAt(context: DayContext, at: number, isExpected: boolean): FoundWhen | undefined {
  const sure = tagAt(context, at, 'weekday')
  if (sure !== undefined) return { when: { kind: 'weekday', weekday: sure.value.value }, next: sure.next }
  const weak = tagAt(context, at, 'weakWeekday')
  if (weak === undefined || tagAt(context, weak.next, 'unit') !== undefined) return undefined
  const after = skip(context, weak.next, 'of')
  // "Fr 20.11.", and not "so 120 im Monat".
  const isBeforeNumber = (readNumericDate(context, after, true) ?? readDayOfMonth(context, after)) !== undefined
  const mayStandAlone = isExpected && context.language !== 'fr' && context.language !== 'es'
  if (!isBeforeNumber && !mayStandAlone && !endsClause(context, weak.next)) return undefined
  return { when: { kind: 'weekday', weekday: weak.value.value }, next: weak.next }
}

// "no mecânico segunda": what is no weekday has a noun behind it, "segunda via".
function endsClause(context: DayContext, at: number): boolean {
  const token = context.tokens[at]
  if (context.language !== 'pt') return false
  return (
    token === undefined || token.kind === 'mark' || context.isTaken(at) || tagAt(context, at, 'behind') !== undefined
  )
}

// "friday", "friday 20 november", "friday last week", "Freitag, den 20.11."
function readWeekday(context: DayContext, at: number, isExpected: boolean): FoundWhen | undefined {
  const weekday = weekdayAt(context, at, isExpected)
  if (weekday === undefined) return undefined
  const dot = wordAt(context.tokens, weekday.next) === '.' ? weekday.next + 1 : weekday.next
  const after = skip(context, dot, 'of', 'on', 'articles')
  const date = readNumericDate(context, after, true) ?? readDayOfMonth(context, after) ?? readMonthDay(context, after)
  if (date !== undefined) return date
  const relative = readRelative(context, after)
  if (relative?.when.kind === 'span' && relative.when.unit === 'week') {
    const within = latestOf(weekday.when, relative.when.span.to)
    if (within !== undefined) return { when: { kind: 'span', span: within, unit: 'day' }, next: relative.next }
  }
  const alone = readDayAlone(context, after, after - 1, { isExpected: true })
  return alone ?? weekday
}

/** The number of a day: "3", "3rd", "1er", "third", "dreißigsten". */
function dayNumberAt(context: DayContext, at: number): { day: number; next: number; hasEnding: boolean } | undefined {
  const token = context.tokens[at]
  if (token === undefined || context.isTaken(at)) return undefined
  const ordinal = tagAt(context, at, 'ordinal')
  if (ordinal !== undefined) return { day: ordinal.value.value, next: ordinal.next, hasEnding: true }
  if (token.kind !== 'number') {
    const spelled =
      /^\p{L}/u.test(token.raw) && context.language !== 'en' && context.language !== 'de'
        ? countAt(context, at)
        : undefined
    return spelled === undefined || spelled.value > 31
      ? undefined
      : { day: spelled.value, next: spelled.next, hasEnding: false }
  }
  if (!/^(?:0?[1-9]|[12]\d|3[01])$/.test(token.raw)) return undefined
  const ending = context.tokens[at + 1]?.glued === true ? tagAt(context, at + 1, 'ordinalEndings') : undefined
  return { day: Number(token.raw), next: ending?.next ?? at + 1, hasEnding: ending !== undefined }
}

// "3 october 2026", "3rd of october", "3. Oktober", "3 de octubre de 2026", "15th of last month".
function readDayOfMonth(context: DayContext, at: number): FoundWhen | undefined {
  const number = dayNumberAt(context, at)
  if (number === undefined) return undefined
  const start = skip(context, number.next, 'of', 'articles')
  const month = tagAt(context, start, 'month') ?? tagAt(context, start, 'weakMonth')
  if (month !== undefined) return withYear(context, { month: month.value.value, day: number.day }, month.next)
  const relative = start > number.next || number.hasEnding ? readRelative(context, start) : undefined
  if (relative?.when.kind !== 'span' || relative.when.unit !== 'month') return undefined
  const { year, month: which } = dayParts(relative.when.span.from)
  return { when: { kind: 'date', year, month: which, day: number.day }, next: relative.next }
}

// "october", "october 2025", "october 3rd, 2025", "october last year".
function readMonth(context: DayContext, at: number, isExpected: boolean): FoundWhen | undefined {
  const day = readMonthDay(context, at)
  if (day !== undefined) return day
  const sure = tagAt(context, at, 'month')
  const month = sure ?? tagAt(context, at, 'weakMonth')
  if (month === undefined) return undefined
  const found = withYear(context, { month: month.value.value }, month.next)
  const hasYear = found.when.kind === 'date' && found.when.year !== undefined
  return sure !== undefined || hasYear || isExpected || isMonthOfMay(context, at) ? found : undefined
}

// "how did may look": may is no verb here when nobody stands beside it who may.
function isMonthOfMay(context: DayContext, at: number): boolean {
  if (context.language !== 'en' || wordAt(context.tokens, at) !== 'may' || at === 0) return false
  return !mayers.test(wordAt(context.tokens, at - 1)) && !mayers.test(wordAt(context.tokens, at + 1))
}

const mayers =
  /^(?:i|we|you|they|he|she|it|that|this|there|which|who|be|have|has|not|also|need|want|or|the|my|a|as|well|and|or|card|bank|money)$/

function readMonthDay(context: DayContext, at: number): FoundWhen | undefined {
  const month = tagAt(context, at, 'month') ?? tagAt(context, at, 'weakMonth')
  if (month === undefined) return undefined
  const start = wordAt(context.tokens, month.next) === '.' ? month.next + 1 : skip(context, month.next, 'articles')
  if (context.tokens[start]?.kind !== 'number' && tagAt(context, start, 'ordinal') === undefined) return undefined
  const number = dayNumberAt(context, start)
  return number === undefined
    ? undefined
    : withYear(context, { month: month.value.value, day: number.day }, number.next)
}

// A year behind a month or a day: "2025", "de 2025", ", 2025", "'25", "last year".
function withYear(context: DayContext, date: { month: number; day?: number }, at: number): FoundWhen {
  const { tokens } = context
  const dot = wordAt(tokens, at) === '.' && tokens[at]?.glued === true ? at + 1 : at
  const start = skip(context, dot, 'of', 'in', 'articles')
  const isQuoted = /^['’]$/.test(wordAt(tokens, start))
  const year = tokens[isQuoted ? start + 1 : start]
  if (year?.kind === 'number' && (isQuoted ? /^\d\d$/ : /^\d{4}$/).test(year.raw) && !context.isTaken(start)) {
    const full = fullYear(year.raw)
    if (isYear(full)) return { when: { kind: 'date', ...date, year: full }, next: isQuoted ? start + 2 : start + 1 }
  }
  const relative = readRelative(context, start)
  if (relative?.when.kind === 'span' && relative.when.unit === 'year') {
    return { when: { kind: 'date', ...date, year: dayParts(relative.when.span.from).year }, next: relative.next }
  }
  const isFullStop = dot > at && tokens[dot] === undefined
  return { when: { kind: 'date', ...date }, next: isFullStop ? at : dot }
}

// "in 2025", "the year 2025"; a bare 2025 could be anything.
function readYear(context: DayContext, at: number, isExpected: boolean): FoundWhen | undefined {
  const unit = tagAt(context, at, 'unit')
  const start = unit?.value.value === 'year' ? skip(context, unit.next, 'of') : at
  const token = context.tokens[start]
  if (token?.kind !== 'number' || context.isTaken(start) || !/^(?:19|20)\d\d$/.test(token.raw)) return undefined
  if (!isExpected && unit === undefined) return undefined
  const year = Number(token.raw)
  return isYear(year) ? { when: { kind: 'date', year }, next: start + 1 } : undefined
}

// "on the 15th", "am 15.", "el 15", "le 15", "dia 15".
function readDayAlone(context: DayContext, at: number, from: number, expectation: Expectation): FoundWhen | undefined {
  const number = dayNumberAt(context, at)
  if (number === undefined || isCounted(context, number)) return undefined
  const isPlainNumber = context.tokens[at]?.kind === 'number'
  const isNamed = namesDay(context, at, from, number.hasEnding)
  if (!isNamed && !(expectation.bareDay === true && (isPlainNumber || number.hasEnding))) return undefined
  return { when: { kind: 'date', day: number.day }, next: number.next }
}

function namesDay(context: DayContext, at: number, from: number, hasEnding: boolean): boolean {
  const before = wordAt(context.tokens, at - 1)
  const isNumber = context.tokens[at]?.kind === 'number'
  switch (context.language) {
    case 'en':
      return hasEnding && (isNumber || (before === 'the' && at - from > 1))
    case 'de':
      return hasEnding && /^(?:am|vom|zum|den|dem|der|bis|seit|ab)$/.test(before) && (isNumber || before === 'am')
    case 'es':
      return isNumber && /^(?:el|dia|del|al)$/.test(before)
    case 'fr':
      return isNumber && /^(?:le|jour|du|au)$/.test(before)
    case 'pt':
      return isNumber && before === 'dia'
  }
}

const counted =
  /^(?:%|prozent|percent|payment|payments|transaction|transactions|card|cards|account|time|times|one|bill|rate|floor|quarter|konto|karte|zahlung|mal|rate|quartal|vez|pago|pagos|cuota|paiement|fois|carte|cartao|parcela|por|pour|euro|euros|uhr|h|pm|am)$/

function isCounted(context: DayContext, { next: at, hasEnding }: { next: number; hasEnding: boolean }): boolean {
  const token = context.tokens[at]
  if (token === undefined || context.isTaken(at)) return false
  if (token.kind === 'mark')
    return token.glued && !hasEnding && /^[/:%-]$/.test(token.raw) && context.tokens[at + 1]?.glued === true
  return token.kind === 'number' || counted.test(token.word) || tagAt(context, at, 'unit') !== undefined
}
