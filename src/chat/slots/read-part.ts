import { type Span, dayParts, monthSpan, yearSpan } from './calendar.ts'
import { type DayContext, skip, tagAt } from './day-context.ts'
import { readRelative } from './read-relative.ts'
import { wordAt } from './tokens.ts'
import { type FoundWhen, type When, latestOf } from './when.ts'

/** Part of a month or a year: "Q3", "third quarter of 2025", "erstes Halbjahr", "end of october", "first week of may". */
export function readPart(
  context: DayContext,
  at: number,
  readWhole: (at: number) => FoundWhen | undefined,
): FoundWhen | undefined {
  return readShortPart(context, at) ?? readNumbered(context, at) ?? readEdge(context, at, readWhole)
}

// "Q3", "T3", "3T", "H1", "S2".
function readShortPart(context: DayContext, at: number): FoundWhen | undefined {
  const word = wordAt(context.tokens, at)
  const glued = context.tokens[at + 1]?.glued === true ? wordAt(context.tokens, at + 1) : ''
  const short = /^([qths])([1-4])$/.exec(word)
  const turned = /^[1-4]$/.test(word) && /^[qts]$/.test(glued)
  const letter = short?.[1] ?? (turned ? glued : undefined)
  const number = Number(short?.[2] ?? word)
  const isQuarter = letter === 'q' || (letter === 't' && context.language !== 'en')
  const isHalf = (letter === 'h' || letter === 's') && number <= 2 && short !== null
  if (context.isTaken(at) || (!isQuarter && !isHalf)) return undefined
  return partOfYear(context, isQuarter ? 3 : 6, number, turned ? at + 2 : at + 1)
}

// "third quarter", "3. Quartal", "tercer trimestre", "1er semestre", "first half of the year"; "second week of october".
function readNumbered(context: DayContext, at: number): FoundWhen | undefined {
  const number = ordinalAt(context, at)
  if (number === undefined) return undefined
  const start = skip(context, number.next, 'articles')
  const unit = tagAt(context, start, 'unit')
  const half = context.language === 'en' && wordAt(context.tokens, start) === 'half' ? start + 1 : undefined
  if (unit?.value.value === 'quarter' && number.value <= 4) return partOfYear(context, 3, number.value, unit.next)
  if (unit?.value.value === 'half' && number.value <= 2) return partOfYear(context, 6, number.value, unit.next)
  if (half !== undefined && number.value <= 2) return partOfYear(context, 6, number.value, half)
  if (unit?.value.value === 'week' && number.value <= 5) return weekOfMonth(context, number.value, unit.next)
  return undefined
}

function ordinalAt(context: DayContext, at: number): { readonly value: number; readonly next: number } | undefined {
  const ordinal = tagAt(context, at, 'ordinal')
  if (ordinal !== undefined) return { value: ordinal.value.value, next: ordinal.next }
  const token = context.tokens[at]
  if (token?.kind !== 'number' || context.isTaken(at) || !/^[1-5]$/.test(token.raw)) return undefined
  const ending = context.tokens[at + 1]?.glued === true ? tagAt(context, at + 1, 'ordinalEndings') : undefined
  const word = ending === undefined && /^(?:er|eme|o|a)$/.test(wordAt(context.tokens, at + 1)) ? at + 2 : undefined
  const next = ending?.next ?? word
  return next === undefined ? undefined : { value: Number(token.raw), next }
}

// The latest that has begun, unless a year is named.
function partOfYear(context: DayContext, months: number, number: number, at: number): FoundWhen {
  const start = skip(context, at, 'of', 'in', 'articles')
  const token = context.tokens[start]
  const first = (number - 1) * months + 1
  const named =
    token?.kind === 'number' && /^20\d\d$/.test(token.raw) && !context.isTaken(start) ? Number(token.raw) : undefined
  const relative = named === undefined ? readRelative(context, start) : undefined
  const ofYear = relative?.when.kind === 'span' && relative.when.unit === 'year' ? relative : undefined
  const inYear = ofYear?.when.kind === 'span' ? dayParts(ofYear.when.span.from).year : named
  const { year } = dayParts(context.today)
  const thisYears = monthSpan(year, first, months)
  const span =
    inYear === undefined
      ? thisYears.from <= context.today
        ? thisYears
        : monthSpan(year - 1, first, months)
      : monthSpan(inYear, first, months)
  const next = named !== undefined ? start + 1 : (ofYear?.next ?? at)
  return { when: { kind: 'span', span, unit: undefined }, next }
}

// Days 1 to 7, 8 to 14, …: what people mean by the second week of a month, more or less; the echo says it.
function weekOfMonth(context: DayContext, number: number, at: number): FoundWhen | undefined {
  const start = skip(context, at, 'of', 'articles')
  const month = tagAt(context, start, 'month') ?? tagAt(context, start, 'weakMonth')
  if (month === undefined || start === at) return undefined
  const whole = latestOf({ kind: 'date', month: month.value.value }, context.today)
  if (whole === undefined) return undefined
  const from = whole.from + 7 * (number - 1)
  if (from > whole.to) return undefined
  return { when: { kind: 'span', span: { from, to: Math.min(from + 6, whole.to) }, unit: 'week' }, next: month.next }
}

// "early october", "Mitte Oktober", "fin du mois", "start of the year". A third of a month; a third of a year.
function readEdge(
  context: DayContext,
  at: number,
  readWhole: (at: number) => FoundWhen | undefined,
): FoundWhen | undefined {
  const edge = tagAt(context, at, 'edge')
  if (edge === undefined) return undefined
  const start = skip(context, edge.next, 'of', 'articles')
  const unit = tagAt(context, start, 'unit')
  const isThis = unit?.value.value === 'month' || unit?.value.value === 'year'
  const own = tagAt(context, unit?.next ?? start, 'behind')
  const whole =
    isThis && own === undefined ? { when: thisUnit(context, unit.value.value), next: unit.next } : readWhole(start)
  const span = whole === undefined ? undefined : latestOf(whole.when, context.today)
  if (whole === undefined || span === undefined || span.to - span.from < 27) return undefined
  return { when: { kind: 'span', span: thirdOf(span, edge.value.value), unit: undefined }, next: whole.next }
}

function thisUnit(context: DayContext, unit: string): When {
  const { year, month } = dayParts(context.today)
  const span = unit === 'month' ? monthSpan(year, month) : yearSpan(year)
  return { kind: 'span', span, unit: undefined }
}

function thirdOf(span: Span, edge: 'start' | 'middle' | 'end'): Span {
  const isMonth = span.to - span.from < 32
  const third = isMonth ? 10 : Math.floor((span.to - span.from + 1) / 3)
  if (edge === 'start') return { from: span.from, to: span.from + third - 1 }
  if (edge === 'middle') return { from: span.from + third, to: span.from + 2 * third - 1 }
  return { from: span.from + 2 * third, to: span.to }
}
