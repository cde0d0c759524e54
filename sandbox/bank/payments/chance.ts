import { drawFor } from '../world/random.ts'
import type { Draw } from '../world/random.ts'

/** Values `int` of a draw can take at once: 32 bits. */
const DRAW_VALUES = 2 ** 32

/** Repeatable chance with the distributions that payments need. */
export type Chance = Draw & {
  /** At least min, less than max. */
  uniform(min: number, max: number): number
  normal(mean: number, deviation: number): number
  /** How many of something that happens `mean` times on average. */
  poisson(mean: number): number
  /** True with this probability. */
  happens(probability: number): boolean
}

/**
 * Chance for a set of labels. Only log, exp and sqrt of the mathematics library are used: sine and cosine differ between
 * Node versions in the last bit, and the same seed must give the same payments everywhere.
 */
export function chanceFor(...labels: readonly (string | number)[]): Chance {
  const draw = drawFor(...labels)
  const fraction = (): number => draw.int(0, DRAW_VALUES - 1) / DRAW_VALUES
  let spare: number | undefined

  // Marsaglia's polar method: two values a round, the second is kept for the next call.
  function standardNormal(): number {
    if (spare !== undefined) {
      const kept = spare
      spare = undefined
      return kept
    }
    for (;;) {
      const x = 2 * fraction() - 1
      const y = 2 * fraction() - 1
      const square = x * x + y * y
      if (square === 0 || square >= 1) continue
      const stretch = Math.sqrt((-2 * Math.log(square)) / square)
      spare = y * stretch
      return x * stretch
    }
  }

  return {
    ...draw,
    uniform: (min, max) => min + fraction() * (max - min),
    normal: (mean, deviation) => mean + deviation * standardNormal(),
    happens: (probability) => fraction() < probability,
    // Knuth's product of uniforms: exact, and quick for the small means of a day.
    poisson(mean) {
      const floor = Math.exp(-mean)
      let count = 0
      for (let product = fraction(); product > floor; product *= fraction()) count += 1
      return count
    },
  }
}

/** So many different whole numbers below `below`; a fraction of one counts as its chance. */
export function pickDistinct(chance: Chance, count: number, below: number): number[] {
  const whole = Math.floor(count) + (chance.happens(count % 1) ? 1 : 0)
  const picked = new Set<number>()
  while (picked.size < Math.min(whole, below)) picked.add(chance.int(0, below - 1))
  return [...picked]
}

/** One of the items, as likely as its weight among all. */
export function weighted<T>(chance: Chance, items: readonly T[], weightOf: (item: T) => number): T {
  let left = chance.uniform(
    0,
    items.reduce((sum, item) => sum + weightOf(item), 0),
  )
  for (const item of items) {
    left -= weightOf(item)
    if (left < 0) return item
  }
  return chance.pick(items)
}
