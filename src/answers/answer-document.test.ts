import { describe, expect, test } from 'vitest'
import { Secret, toInstant } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { readAnswerDocument, writeAnswerDocument } from './answer-document.ts'
import type { AnswerAccount, AnswerDocument } from './answer-document.ts'
import { chooseAccounts } from './choose-accounts.ts'

const account = (name: string, digits: string, category: AnswerAccount['category']): AnswerAccount => ({
  name: new Secret(name),
  lastDigits: new Secret(digits),
  category,
  balances: [
    { kind: 'current', amount: new Secret({ minor: 9_007_199_254_740_993n, currency: 'JPY' }), asOf: toInstant(5) },
  ],
})

const accounts = [
  account('Everyday Checking', '4821', 'deposit'),
  account('Rainy Day Savings', '0093', 'deposit'),
  account('Platinum', '7730', 'card'),
]

describe('an answer document', () => {
  const document: AnswerDocument = {
    v: 1,
    kind: 'balances',
    institution: 'first-valley' as InstitutionId,
    institutionName: 'First Valley Bank',
    checkedAt: toInstant(1_790_000_000_000),
    asked: { words: new Secret('savings'), lastDigits: undefined },
    result: { ok: true, accounts, complete: false },
  }

  test('reads back exactly as it was written, amounts beyond 2^53 too', () => {
    const read = readAnswerDocument(writeAnswerDocument(document))
    expect(new TextDecoder().decode(writeAnswerDocument(read).reveal())).toBe(
      new TextDecoder().decode(writeAnswerDocument(document).reveal()),
    )
    expect(read.result.ok && read.result.accounts[0]?.balances[0]?.amount.reveal().minor).toBe(9_007_199_254_740_993n)
  })

  test('of another version or shape is refused', () => {
    for (const text of ['{"v":2}', '{}', '[]', 'null']) {
      expect(() => readAnswerDocument(new Secret(new TextEncoder().encode(text)))).toThrow()
    }
  })
})

describe('the account that was asked for', () => {
  const named = (words?: string, digits?: string): readonly string[] =>
    chooseAccounts(accounts, {
      words: words === undefined ? undefined : new Secret(words),
      lastDigits: digits === undefined ? undefined : new Secret(digits),
    }).map((each) => each.name.reveal())

  test.each([
    [undefined, undefined, ['Everyday Checking', 'Rainy Day Savings', 'Platinum']],
    ['my accounts', undefined, ['Everyday Checking', 'Rainy Day Savings', 'Platinum']],
    ['savings', undefined, ['Rainy Day Savings']],
    ['CHECKING account', undefined, ['Everyday Checking']],
    ['credit card', undefined, ['Platinum']],
    ['4821', undefined, ['Everyday Checking']],
    [undefined, '7730', ['Platinum']],
    [undefined, '9999', []],
    ['holiday fund', undefined, []],
  ] as const)('%s %s', (words, digits, expected) => {
    expect(named(words, digits)).toEqual(expected)
  })
})
