import { createHash } from 'node:crypto'

/** Repeatable draws: the same labels give the same numbers for ever. Whole numbers only. */
export type Draw = {
  /** From min to max, both included. */
  int(min: number, max: number): number
  /** True this many times in a thousand. */
  chance(permille: number): boolean
  pick<T>(items: readonly T[]): T
}

/** Draws for a set of labels (seed, person, day …): independent of any other labels and of the order of calls elsewhere. */
export function drawFor(...labels: readonly (string | number)[]): Draw {
  const seed = createHash('sha256').update(labels.join('\u0000')).digest()
  let state = seed.readUInt32LE(0)
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const int = (min: number, max: number): number => min + (next() % (max - min + 1))
  return {
    int,
    chance: (permille) => int(0, 999) < permille,
    pick<T>(items: readonly T[]): T {
      const item = items[int(0, items.length - 1)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}

/** A short opaque id from labels. */
export function idFor(prefix: string, ...labels: readonly (string | number)[]): string {
  return `${prefix}_${createHash('sha256').update(labels.join('\u0000')).digest('hex').slice(0, 24)}`
}
