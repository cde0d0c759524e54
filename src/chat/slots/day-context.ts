import type { Language } from '../../channels/index.ts'
import { isMeant } from '../understand/words-of.ts'
import type { DayNumber } from './calendar.ts'
import { type DayTag, dayTables } from './day-words.ts'
import { readNumberWords } from './number-words.ts'
import type { Found } from './phrase-table.ts'
import type { FoundWhen } from './when.ts'
import { type Token, phraseLengthAt, wordAt } from './tokens.ts'

/** Where days are looked for, and from when they are counted. */
export type DayQuestion = {
  readonly tokens: readonly Token[]
  readonly language: Language
  readonly today: DayNumber
  /** 1 Monday to 7 Sunday. */
  readonly weekStartsOn: number
  /** 3/4 is the fourth of March. */
  readonly monthFirst: boolean
  /** Somebody plans ahead: "until friday" is the coming one. */
  readonly isForward: boolean
  /** Tokens that something else was read from already. */
  readonly isTaken: (at: number) => boolean
}

/** The same with what was read so far, so that nothing is read twice: reading stays linear in the length of the text. */
export type DayContext = DayQuestion & {
  readonly tagsAt: (at: number) => readonly Found<DayTag>[]
  /** Times counted from today by where they begin; single times by where they begin and what was expected. */
  readonly relatives: Map<number, FoundWhen | undefined>
  readonly points: Map<number, FoundWhen | undefined>
}

/** Begins reading a message. */
export function readingDays(question: DayQuestion): DayContext {
  const tags: (readonly Found<DayTag>[] | undefined)[] = []
  return {
    ...question,
    tagsAt: (at) => (tags[at] ??= question.isTaken(at) ? [] : readTags(question, at)),
    relatives: new Map(),
    points: new Map(),
  }
}

/** What was read at a place, or reads it and remembers. */
export function recall(
  memory: Map<number, FoundWhen | undefined>,
  key: number,
  read: () => FoundWhen | undefined,
): FoundWhen | undefined {
  if (memory.has(key)) return memory.get(key)
  const found = read()
  memory.set(key, found)
  return found
}

function readTags({ tokens, language }: DayQuestion, at: number): readonly Found<DayTag>[] {
  const word = wordAt(tokens, at)
  const entries = dayTables[language].byFirst.get(word)
  if (entries === undefined) return meantAt(tokens, language, at)
  return entries.flatMap(({ words, value }) => {
    const length = phraseLengthAt(tokens, at, words)
    return length === 0 ? [] : [{ value, next: at + length }]
  })
}

type TagName = DayTag['tag']
type TagOf<Name extends TagName> = Extract<DayTag, { readonly tag: Name }>

/** The phrase of that sort at a place, the longest there is. */
export function tagAt<Name extends TagName>(
  context: DayContext,
  at: number,
  name: Name,
): Found<TagOf<Name>> | undefined {
  for (const { value, next } of context.tagsAt(at)) if (hasTag(value, name)) return { value, next }
  return undefined
}

function hasTag<Name extends TagName>(value: DayTag, name: Name): value is TagOf<Name> {
  return value.tag === name
}

/** Shorter words are meant as they stand. */
const mistypedLengthMin = 6

// "octobre" for "october", "wendesday": one slip in the long names of months and days.
function meantAt(tokens: readonly Token[], language: Language, at: number): readonly Found<DayTag>[] {
  const token = tokens[at]
  if (token?.kind !== 'word' || token.word.length < mistypedLengthMin) return []
  for (const name of longNames[language]) {
    const tag = dayTables[language].byFirst.get(name)?.find(({ words }) => words.length === 1)
    if (tag !== undefined && isMeant(token.word, name)) return [{ value: tag.value, next: at + 1 }]
  }
  return []
}

const longNames = namesOf(['en', 'es', 'fr', 'de', 'pt'])

function namesOf(languages: readonly Language[]): { readonly [Name in Language]: readonly string[] } {
  const names = { en: [], es: [], fr: [], de: [], pt: [] } satisfies { [Name in Language]: string[] }
  const all: { [Name in Language]: string[] } = names
  for (const language of languages) {
    for (const [first, entries] of dayTables[language].byFirst) {
      const isName = entries.some(({ words, value }) => words.length === 1 && /^(?:month|weekday|day)$/.test(value.tag))
      if (isName && first.length >= mistypedLengthMin) all[language].push(first)
    }
  }
  return all
}

/** How many articles and prepositions may stand in a row. */
const prefixesMax = 4

/** Skips phrases of these sorts. */
export function skip(context: DayContext, at: number, ...names: readonly TagName[]): number {
  let place = at
  for (let count = 0; count < prefixesMax; count += 1) {
    const found = context.tagsAt(place).find(({ value }) => names.includes(value.tag))
    if (found === undefined) break
    place = found.next
  }
  return place
}

/** A small count: "3", "three", "a couple of", "a". */
export function countAt(context: DayContext, at: number): Found<number> | undefined {
  const token = context.tokens[at]
  if (token === undefined || context.isTaken(at)) return undefined
  if (token.kind === 'number') {
    return /^\d{1,3}$/.test(token.raw) && Number(token.raw) > 0 ? { value: Number(token.raw), next: at + 1 } : undefined
  }
  const named = tagAt(context, at, 'count')
  const spelled = readNumberWords(context.tokens, at, context.language)
  if (spelled !== undefined && spelled.tenths % 10n === 0n && spelled.tenths > 0n && spelled.tenths < 10_000n) {
    if (named === undefined || spelled.next > named.next)
      return { value: Number(spelled.tenths / 10n), next: spelled.next }
  }
  if (named !== undefined) return { value: named.value.value, next: named.next }
  const isOne = context.language === 'en' && /^(?:a|an)$/.test(wordAt(context.tokens, at))
  return isOne ? { value: 1, next: at + 1 } : undefined
}
