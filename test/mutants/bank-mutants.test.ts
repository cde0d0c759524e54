// For each defence of the bank's side: the attack it stops fails while it stands, and succeeds, or meets the next lock, without it.
import { describe, expect, test } from 'vitest'
import type { Verdict } from './attacks.ts'
import { bankAttacks } from './bank-attacks.ts'
import type { BankAttackName, BankProduct } from './bank-attacks.ts'
import { bankMutants } from './bank-mutants.ts'
import type { Change } from './change.ts'
import { loadProduct } from './load-product.ts'
import { inPart } from './in-part.ts'

async function runAttack(name: BankAttackName, changes: readonly Change[]): Promise<Verdict> {
  const product = await loadProduct(changes)
  try {
    const banks: BankProduct = await import(/* @vite-ignore */ product.door('banks'))
    return await bankAttacks[name].run(banks)
  } finally {
    product.close()
  }
}

describe('with every defence in place', () => {
  const names = [...new Set(bankMutants.map((mutant) => mutant.attack))]
  test.each(names)('the attack fails: %s', async (name) => {
    expect(await runAttack(name, [])).toEqual({ stoppedBy: bankAttacks[name].stoppedBy })
  })
})

describe('with one defence less', () => {
  test.each(inPart(bankMutants).map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
    expect(await runAttack(mutant.attack, mutant.changes)).toEqual(mutant.expect)
  })
})
