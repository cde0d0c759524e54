import type { Database } from '../platform/index.ts'
import { catalogue } from './catalogue.ts'
import type { ByteSource } from './draw-uniform.ts'
import { drawNoise } from './noise.ts'
import type { Question } from './catalogue.ts'
import { releaseStore } from './release-store.ts'

/** What counting needs: login `parley_statistics`, and the operating system's generator. */
export type CountingDeps = { readonly database: Database; readonly random: ByteSource }

/** How many releases one round counts; the next round takes the rest. */
const roundMax = 50

/**
 * Counts what was asked for, adds noise and keeps the numbers; gives how many releases. For a timer, never for a request: drawing exact
 * noise takes longer for larger noise, and whoever waits for an answer could measure it.
 */
export async function releaseCounts({ database, random }: CountingDeps): Promise<number> {
  for (let released = 0; released < roundMax; released += 1) {
    const done = await database.transaction(async (tx) => {
      const taken = await releaseStore.take(tx)
      if (taken === undefined) return false
      const people = await releaseStore.countPeople(tx, taken.id)
      return await releaseStore.keep(tx, taken.id, addNoise(random, catalogue[taken.question], people))
    })
    if (!done) return released
  }
  return roundMax
}

/** Pure but for the draw: each cell's count with noise of its own, in the order of the catalogue; a cell that nobody is in, too. */
export function addNoise(
  random: ByteSource,
  { cells, noise }: Pick<Question, 'cells' | 'noise'>,
  people: ReadonlyMap<string, bigint>,
): readonly bigint[] {
  return cells.map((cell) => (people.get(cell) ?? 0n) + drawNoise(random, noise))
}
