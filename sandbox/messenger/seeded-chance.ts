import { createHash } from 'node:crypto'

/** Tells what a seed decides for the n-th time something can happen: the same seed and number always agree. */
export type Chance = (purpose: string, number: number) => number

/** Makes a chance from a seed. The result lies in [0, 1). */
export function seededChance(seed: string): Chance {
  return (purpose, number) => {
    const digest = createHash('sha256').update(`${seed}|${purpose}|${number}`).digest()
    return digest.readUIntBE(0, 6) / 2 ** 48
  }
}
