import { describe, expect, test } from 'vitest'
import { Secret } from '../../kernel/index.ts'
import type { Disclosure, InstitutionId } from '../../kernel/index.ts'
import { nothingNamed } from '../asked.ts'
import type { BankFacts } from '../compute/bank-facts.ts'
import { computeAnswer } from '../compute/compute-answer.ts'
import { disclose } from '../disclose.ts'
import type { Disclosed, BankLook } from '../disclose.ts'
import { sampleFacts, sampleNow, sampleZone } from '../test-support/sample-facts.ts'

const asked = { ...nothingNamed, words: new Secret('everyday savings') }
const onlyOne: BankFacts = {
  ...sampleFacts,
  accounts: sampleFacts.accounts?.filter(({ id }) => id === 'checking'),
  details: sampleFacts.details?.filter(({ accountId }) => accountId === 'checking'),
}

const tell = (level: Disclosure, facts: BankFacts): Disclosed<BankLook> => {
  const reckoned = { now: sampleNow, timeZone: sampleZone }
  const result = computeAnswer('recent_transactions', facts, asked, reckoned)
  const look = {
    institution: 'first-valley' as InstitutionId,
    institutionName: 'First Valley Bank',
    level,
    checkedAt: sampleNow,
    result,
  }
  const of = { question: 'recent_transactions', asked, language: 'en', timeZone: sampleZone } as const
  return disclose([look], of)
}

describe('a choice among accounts', () => {
  test('leaves a sealed chat the same, whether one account fits what was typed or several do; the page has the choice', () => {
    const [several, one] = [tell('sealed', sampleFacts), tell('sealed', onlyOne)]
    expect(several.chat).toEqual(one.chat)
    expect(several.chat).toEqual([{ kind: 'sealed' }])
    const [page] = several.pages
    const result = page?.document.result
    expect(result?.ok === true ? result.blocks.reveal() : []).toMatchObject([{ kind: 'choice', of: 'accounts' }])
  })

  test('is told in a rounded chat without a name, and in a full one by names that tell the accounts apart', () => {
    const rounded = JSON.stringify(tell('rounded', sampleFacts).chat)
    expect(rounded).toContain('answer.choice.rounded')
    expect(rounded).not.toMatch(/Everyday|Rainy|1122|0093/)
    const full = tell('full', sampleFacts)
    expect(JSON.stringify(full.chat)).toContain('Everyday Checking 1122 and Rainy Day Savings 0093')
    expect(full.pages).toHaveLength(1)
  })
})
