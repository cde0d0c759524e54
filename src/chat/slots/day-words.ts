import type { Language } from '../../channels/index.ts'
import type { DayWords, Unit, Which } from './day-words-shape.ts'
import { deDayWords } from './day-words-de.ts'
import { enDayWords } from './day-words-en.ts'
import { esDayWords } from './day-words-es.ts'
import { frDayWords } from './day-words-fr.ts'
import { ptDayWords } from './day-words-pt.ts'
import { type PhraseTable, type Phrases, makeTable } from './phrase-table.ts'

type ValueOf = {
  readonly [Name in 'month' | 'weakMonth' | 'weekday' | 'weakWeekday' | 'day' | 'ordinal' | 'count']: number
} & { readonly [Name in PlainTag]: true } & {
  readonly unit: Unit
  readonly before: Which
  readonly behind: Which
  readonly whole: { readonly which: Which; readonly unit: Unit }
  readonly edge: 'start' | 'middle' | 'end'
  readonly toDate: 'month' | 'year'
}

/** What a phrase of a language's day words means. */
export type DayTag = {
  readonly [Name in keyof ValueOf]: { readonly tag: Name; readonly value: ValueOf[Name] }
}[keyof ValueOf]

type PlainTag = (typeof plainTags)[number]

const plainTags = [
  'agoBefore', 'agoBehind', 'since', 'until', 'earlier', 'later', 'from', 'to', 'between', 'and', 'in', 'on', 'of', 'articles', 'ordinalEndings', 'soFar', 'onwards', 'nothing', 'now',
] as const // prettier-ignore
const units: readonly Unit[] = [
  'minute',
  'hour',
  'day',
  'week',
  'fortnight',
  'weekend',
  'month',
  'quarter',
  'half',
  'year',
]
const whiches: readonly Which[] = ['last', 'past', 'this', 'next', 'beforeLast']

/** The day words of each language, ready to be looked up. */
export const dayTables: { readonly [Name in Language]: PhraseTable<DayTag> } = {
  en: tableOf(enDayWords),
  es: tableOf(esDayWords),
  fr: tableOf(frDayWords),
  de: tableOf(deDayWords),
  pt: tableOf(ptDayWords),
}

function tableOf(words: DayWords): PhraseTable<DayTag> {
  const pairs: (readonly [Phrases, DayTag])[] = []
  const add = (phrases: Phrases, tag: DayTag): unknown => phrases !== '' && pairs.push([phrases, tag])
  words.months.forEach((phrases, index) => add(phrases, { tag: 'month', value: index + 1 }))
  words.weakMonths.forEach((phrases, index) => add(phrases, { tag: 'weakMonth', value: index + 1 }))
  words.weekdays.forEach((phrases, index) => add(phrases, { tag: 'weekday', value: index + 1 }))
  words.weakWeekdays.forEach((phrases, index) => add(phrases, { tag: 'weakWeekday', value: index + 1 }))
  words.ordinals.forEach((phrases, index) => add(phrases, { tag: 'ordinal', value: index + 1 }))
  for (const distance of ['-2', '-1', '0', '1', '2'] as const) {
    add(words.days[distance], { tag: 'day', value: Number(distance) })
  }
  for (const unit of units) add(words.units[unit], { tag: 'unit', value: unit })
  for (const which of whiches) {
    add(words.before[which], { tag: 'before', value: which })
    add(words.behind[which], { tag: 'behind', value: which })
    for (const unit of units) add(words.whole[`${which} ${unit}`] ?? '', { tag: 'whole', value: { which, unit } })
  }
  for (const edge of ['start', 'middle', 'end'] as const) add(words[edge], { tag: 'edge', value: edge })
  add(words.couple, { tag: 'count', value: 2 })
  add(words.few, { tag: 'count', value: 3 })
  add(words.yearToDate, { tag: 'toDate', value: 'year' })
  add(words.monthToDate, { tag: 'toDate', value: 'month' })
  for (const tag of plainTags) add(words[tag], { tag, value: true })
  return makeTable(pairs)
}
