// The pages and the webhook with one defence less: the attack that it stops then succeeds, or meets the next lock.
import { describe, expect, test } from 'vitest'
import type { Verdict } from './attacks.ts'
import type { Change } from './change.ts'
import { loadProduct } from './load-product.ts'
import { frontAttacks } from './page-attacks.ts'
import type { FrontAttackName, FrontProduct } from './page-attacks.ts'
import { frontMutants } from './page-mutants.ts'
import { inPart } from './in-part.ts'

async function runAttack(name: FrontAttackName, changes: readonly Change[]): Promise<Verdict> {
  const copy = await loadProduct(changes)
  const product: FrontProduct = {
    answers: await import(/* @vite-ignore */ copy.door('answers')),
    linking: await import(/* @vite-ignore */ copy.door('linking')),
    channels: await import(/* @vite-ignore */ copy.door('channels')),
    platform: await import(/* @vite-ignore */ copy.door('platform')),
  }
  try {
    return await frontAttacks[name].run(product, changes)
  } finally {
    copy.close()
  }
}

describe('with every defence in place', () => {
  const names = [...new Set(frontMutants.map((mutant) => mutant.attack))]
  test.each(names)('the attack fails: %s', async (name) => {
    expect(await runAttack(name, [])).toEqual({ stoppedBy: frontAttacks[name].stoppedBy })
  })
})

describe('with one defence less', () => {
  test.each(inPart(frontMutants).map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
    expect(await runAttack(mutant.attack, mutant.changes)).toEqual(mutant.expect)
  })
})
