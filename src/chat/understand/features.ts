import { plainWords } from './plain-words.ts'

/** What a text is made of: places of its features in a table of `buckets`, ascending, with weights that make a vector of length 1. */
export type Features = { readonly places: Uint32Array; readonly values: Float32Array }

/** Every feature falls into one of so many places (a power of two); with 250,000 features one in nine shares its place. */
export const buckets = 2 ** 20

/** What is looked for in a text. */
export type Shape = {
  /** Pieces of words have so many characters; the gap between two words is one of them. */
  readonly pieceMin: number
  readonly pieceMax: number
  /** Pairs of words count as pairs with up to so many others between them; 0: neighbours alone. */
  readonly skips: number
}

/** The shape that models are trained and asked with. */
const ourShape: Shape = { pieceMin: 3, pieceMax: 5, skips: 0 }

// What kind of feature it is goes into its hash, so that the word "card" and the piece "card" are two features.
const kinds = { word: 0x811c9dc5, pair: 0x9e3779b9, piece: 0xc2b2ae35, skip: 0x27d4eb2f } as const

/** Both ends of a message count as words: "stop" alone is another thing than "stop" within a sentence. */
const edge = '|'

type Add = (hash: number) => void

/** The features of a text: words, pairs of neighbours, pieces; their counts dampened by the logarithm, their length 1. */
export function featuresOf(text: string, { pieceMin, pieceMax, skips }: Shape = ourShape): Features {
  const words = plainWords(text)
  const counts = new Map<number, number>()
  const add: Add = (hash) => {
    const place = placeOf(hash)
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  addWords(words, add)
  addSkips(words, skips, add)
  addPieces(`_${words.join('_')}_`, { pieceMin, pieceMax }, add)
  return ofLengthOne(counts)
}

function addWords(words: readonly string[], add: Add): void {
  let left = edge
  for (const word of words) {
    add(hashOf(kinds.word, word))
    add(hashOf(hashOf(kinds.pair, `${left} `), word))
    left = word
  }
  add(hashOf(hashOf(kinds.pair, `${left} `), edge))
}

function addSkips(words: readonly string[], skips: number, add: Add): void {
  words.forEach((left, at) => {
    for (const right of words.slice(at + 2, at + 2 + skips)) add(hashOf(hashOf(kinds.skip, `${left} `), right))
  })
}

function addPieces(text: string, { pieceMin, pieceMax }: Omit<Shape, 'skips'>, add: Add): void {
  for (let start = 0; start + pieceMin <= text.length; start += 1) {
    let hash: number = kinds.piece
    const end = Math.min(start + pieceMax, text.length)
    for (let at = start; at < end; at += 1) {
      hash = step(hash, text.charCodeAt(at))
      if (at - start + 1 >= pieceMin) add(hash)
    }
  }
}

function hashOf(seed: number, text: string): number {
  let hash = seed
  for (let at = 0; at < text.length; at += 1) hash = step(hash, text.charCodeAt(at))
  return hash
}

/** One step of FNV-1a (Fowler, Noll, Vo), over UTF-16 units. */
function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

/** FNV's low bits are weak: the finalizer of MurmurHash3 (Appleby) spreads them before the place is cut off. */
function placeOf(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % buckets
}

function ofLengthOne(counts: ReadonlyMap<number, number>): Features {
  const places = Uint32Array.from(counts.keys()).sort()
  const values = Float32Array.from(places, (place) => dampened(counts.get(place) ?? 0))
  let squares = 0
  for (const value of values) squares += value * value
  const length = Math.sqrt(squares)
  return { places, values: length === 0 ? values : values.map((value) => value / length) }
}

/** 1 + ln n; from a table up to 8, so that the bytes of a model do not hang on a platform's logarithm. */
function dampened(count: number): number {
  return logarithms[Math.min(count, logarithms.length - 1)] ?? 0
}

const logarithms = [0, 1, 1.6931472, 2.0986123, 2.3862944, 2.6094379, 2.7917595, 2.9459101, 3.0794415]
