import { type Token, phraseLengthAt, readTokens, wordAt } from './tokens.ts'

/** Phrases as lists of words behind each other, `|` between phrases: `'last week|past week'`. */
export type Phrases = string

type Entry<Value> = { readonly words: readonly string[]; readonly value: Value }

/** Phrases by their first word, the longest first; finding what stands at a place looks at one short list. */
export type PhraseTable<Value> = { readonly byFirst: ReadonlyMap<string, readonly Entry<Value>[]> }

/** Makes a table; phrases are cut into words as messages are, so write them as people do. */
export function makeTable<Value>(
  pairs: Iterable<readonly [phrases: Phrases, value: Value]>,
  ...more: readonly PhraseTable<Value>[]
): PhraseTable<Value> {
  const byFirst = new Map<string, Entry<Value>[]>()
  const add = (entry: Entry<Value>): void => {
    const [first] = entry.words
    if (first === undefined) return
    byFirst.set(
      first,
      [...(byFirst.get(first) ?? []), entry].sort((left, right) => right.words.length - left.words.length),
    )
  }
  for (const [phrases, value] of pairs) for (const words of cut(phrases)) add({ words, value })
  for (const table of more) for (const entries of table.byFirst.values()) entries.forEach(add)
  return { byFirst }
}

function cut(phrases: Phrases): (readonly string[])[] {
  return phrases.split('|').map((phrase) => readTokens(phrase).tokens.map((token) => token.word))
}

/** What stands at a place. `next` is the place behind it. */
export type Found<Value> = { readonly value: Value; readonly next: number }

/** The longest phrase at a place whose value passes; undefined where none does. */
export function lookUp<Value>(
  table: PhraseTable<Value>,
  tokens: readonly Token[],
  at: number,
  passes: (value: Value) => boolean = () => true,
): Found<Value> | undefined {
  for (const { words, value } of table.byFirst.get(wordAt(tokens, at)) ?? []) {
    const length = phraseLengthAt(tokens, at, words)
    if (length > 0 && passes(value)) return { value, next: at + length }
  }
  return undefined
}
