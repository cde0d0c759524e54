// For each defence of totals: threat-19-differencing shows the attack stopped while it stands; here it is gone, from a copy of what was built.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import type * as Stats from '../../src/stats/index.ts'
import { statsAttacks } from '../attacks/statistics-attacks.ts'
import { createStatsWorld } from '../setup/stats-world.ts'
import type { Change } from './change.ts'
import { changeDatabase, loadProduct } from './load-product.ts'
import { statsMutants } from './stats-mutants.ts'
import type { StatsMutant } from './stats-mutants.ts'

/** What was built, unchanged: for all that is missing in the database alone. */
const dist = process.env['PARLEY_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url))
const built = pathToFileURL(join(dist, 'src/stats/index.js')).href

async function runAttack(name: StatsMutant['attack'], changes: readonly Change[]): Promise<string> {
  const world = await createStatsWorld()
  const isOfCode = changes.some((change) => 'file' in change)
  const product = isOfCode ? await loadProduct(changes) : undefined
  try {
    const stats: typeof Stats = await import(/* @vite-ignore */ product?.door('stats') ?? built)
    await changeDatabase(world.clone.admin, world.clone.prefix, changes)
    const operator = await world.addStaff({ role: 'platform', platform: 'meta' })
    return await statsAttacks[name]({ world, stats, operator })
  } finally {
    product?.close()
    await world.end()
  }
}

test('the attacks are stopped on what was built', async () => {
  expect(await runAttack('ask again and take the mean', [])).toBe('the stored numbers')
  expect(await runAttack('tell that people are counted, by many looks at noise', [])).toBe('the noise')
})

test.each(statsMutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
  expect(await runAttack(mutant.attack, mutant.changes)).toBe(mutant.expect)
})
