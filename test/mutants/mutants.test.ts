// For each defence: the attack it stops fails while it stands, and succeeds, or meets the next lock, once it is gone.
import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../setup/database.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import { attacks } from './attacks.ts'
import type { AttackName, Verdict } from './attacks.ts'
import type { Change } from './change.ts'
import { changeDatabase, loadProduct } from './load-product.ts'
import { mutants } from './mutants.ts'
import { inPart } from './in-part.ts'

async function runAttack(name: AttackName, changes: readonly Change[]): Promise<Verdict> {
  const database = await cloneDatabase()
  const product = await loadProduct(changes)
  const world = await createTrustWorld(database, { product: product.keystore })
  try {
    await changeDatabase(database.admin, database.prefix, changes)
    return await attacks[name].run({ product, database, world })
  } finally {
    await world.end()
    await database.drop()
    product.close()
  }
}

describe('with every defence in place', () => {
  const names = [...new Set(mutants.map((mutant) => mutant.attack))]
  test.each(names)('the attack fails: %s', async (name) => {
    expect(await runAttack(name, [])).toEqual({ stoppedBy: attacks[name].stoppedBy })
  })
})

describe('with one defence less', () => {
  test.each(inPart(mutants).map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
    expect(await runAttack(mutant.attack, mutant.changes)).toEqual(mutant.expect)
  })
})
