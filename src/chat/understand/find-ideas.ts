import { type Idea, lexicon } from './lexicon.ts'
import { isMeant, wordsOf } from './words-of.ts'

/** Which ideas a text touches, and how surely: 1 for the very words, less where a slip of the fingers was forgiven. */
export type Ideas = {
  readonly words: readonly string[]
  has(...ideas: readonly Idea[]): boolean
  /** How sure the least sure of these ideas is; 0 where one is missing. */
  sureness(...ideas: readonly Idea[]): number
  /** Where in the text an idea's words stand. */
  placesOf(idea: Idea): readonly number[]
}

type Phrase = { readonly idea: Idea; readonly words: readonly string[] }

const phrases: readonly Phrase[] = Object.keys(lexicon)
  .filter(isIdea)
  .flatMap((idea) => lexicon[idea].map((text) => ({ idea, words: text.split(' ') })))

function isIdea(name: string): name is Idea {
  return name in lexicon
}

const knownWords = new Set(phrases.flatMap(({ words }) => words))

/** How sure a match is that forgave a slip. */
const slipSureness = 0.8
/** Nobody's question is longer; what comes after is not looked at. */
const wordsMax = 200

/** Finds every idea of the lexicon in a text. */
export function findIdeas(text: string): Ideas {
  const words = wordsOf(text).slice(0, wordsMax)
  const found = new Map<Idea, { sure: number; places: number[] }>()
  for (const phrase of phrases) {
    for (let place = 0; place + phrase.words.length <= words.length; place += 1) {
      const sure = surenessAt(words, place, phrase)
      if (sure === 0) continue
      const entry = found.get(phrase.idea) ?? { sure: 0, places: [] }
      entry.sure = Math.max(entry.sure, sure)
      entry.places.push(place)
      found.set(phrase.idea, entry)
    }
  }
  const sureness = (...ideas: readonly Idea[]): number => Math.min(...ideas.map((idea) => found.get(idea)?.sure ?? 0))
  return {
    words,
    sureness,
    has: (...ideas) => sureness(...ideas) > 0,
    placesOf: (idea) => found.get(idea)?.places ?? [],
  }
}

function surenessAt(words: readonly string[], place: number, phrase: Phrase): number {
  let sure = 1
  for (const [offset, word] of phrase.words.entries()) {
    const typed = words[place + offset] ?? ''
    if (typed === word) continue
    // A word we know is not a slip for another one: "cuenta" is no mistyped "cuesta".
    if (knownWords.has(typed) || !isMeant(typed, word)) return 0
    sure = slipSureness
  }
  return sure
}
