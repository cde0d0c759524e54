import { createHash } from 'node:crypto'

/** Choices that follow from a seed: the same words, the same choices, on every machine. */
export type Seeded = {
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number
  pick<Value>(values: readonly Value[]): Value
}

/** Choices made from words, such as a seed and the number of a case. Hash counter: SHA-256(words, n). */
export function seeded(...words: readonly (string | number)[]): Seeded {
  let count = 0
  const below = (limit: number): number => {
    count += 1
    const bytes = createHash('sha256')
      .update([...words, count].join('|'))
      .digest()
    return Number(bytes.readBigUInt64BE() % BigInt(limit))
  }
  return {
    below,
    pick(values) {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('nothing to pick from')
      return value
    },
  }
}
