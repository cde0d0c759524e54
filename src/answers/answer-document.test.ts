import { describe, expect, test } from 'vitest'
import { Secret, toInstant } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { readAnswerDocument, writeAnswerDocument } from './answer-document.ts'
import type { AnswerDocument } from './answer-document.ts'
import { nothingNamed } from './asked.ts'
import type { Asked } from './asked.ts'
import { chooseAccounts } from './choose-accounts.ts'
import { computeAnswer } from './compute/compute-answer.ts'
import { answerQuestions } from './questions.ts'
import type { AnswerQuestion } from './questions.ts'
import { sampleFacts, sampleNow, sampleZone, usd } from './test-support/sample-facts.ts'

const textOf = (document: AnswerDocument): string => new TextDecoder().decode(writeAnswerDocument(document).reveal())
const bytes = (text: string): Secret<Uint8Array> => new Secret(new TextEncoder().encode(text))

const documentOf = (question: AnswerQuestion, asked: Asked = nothingNamed): AnswerDocument => ({
  v: 2,
  question,
  institution: 'first-valley' as InstitutionId,
  institutionName: 'First Valley Bank',
  checkedAt: toInstant(1_790_000_000_000),
  timeZone: sampleZone,
  asked,
  result: computeAnswer(question, sampleFacts, asked, { now: sampleNow, timeZone: sampleZone }),
})

describe('an answer document', () => {
  test.each(answerQuestions)('of %s reads back exactly as it was written', (question) => {
    const asked = { ...nothingNamed, amount: usd(30_000), from: '2026-01-01' }
    for (const document of [documentOf(question), documentOf(question, asked)]) {
      const read = readAnswerDocument(writeAnswerDocument(document))
      expect(textOf(read)).toBe(textOf(document))
      expect(read.result.ok && read.result.blocks.reveal()).toEqual(
        document.result.ok && document.result.blocks.reveal(),
      )
    }
  })

  test('keeps amounts beyond 2^53, as decimal texts', () => {
    const minor = 9_007_199_254_740_993n
    const amount = new Secret({ minor, currency: 'JPY' })
    const document = documentOf('balance', { ...nothingNamed, amount })
    expect(textOf(document)).toContain(`"minor":"${minor}"`)
    expect(readAnswerDocument(writeAnswerDocument(document)).asked.amount?.reveal().minor).toBe(minor)
  })

  test('prints nothing of what it says', () => {
    const printed = JSON.stringify(documentOf('spending'), (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    )
    expect(printed).not.toMatch(/Green|Parcelwise|4320/)
  })

  test('of the version before is read as balances, for the ten minutes that old answers live', () => {
    const old = {
      v: 1,
      kind: 'balances',
      institution: 'first-valley',
      institutionName: 'First Valley Bank',
      checkedAt: 5,
      asked: { words: 'savings', lastDigits: null },
      result: {
        ok: true,
        complete: true,
        accounts: [
          {
            name: 'Rainy Day Savings',
            lastDigits: '0093',
            category: 'deposit',
            balances: [{ kind: 'current', minor: '1234', currency: 'USD', asOf: null }],
          },
        ],
      },
    }
    const read = readAnswerDocument(bytes(JSON.stringify(old)))
    expect(read).toMatchObject({ v: 2, question: 'balance' })
    expect(read.result.ok && read.result.blocks.reveal()).toMatchObject([
      { kind: 'account', figures: [{ kind: 'current', amount: { minor: 1234n, currency: 'USD' }, main: true }] },
    ])
  })

  test('of another version, shape or with a key too many is refused', () => {
    const good = textOf(documentOf('bill_amount'))
    expect(() => readAnswerDocument(bytes(good))).not.toThrow()
    const bad = [
      '{"v":3}',
      '{}',
      '[]',
      'null',
      good.replace('"v":2', '"v":2,"more":1'),
      good.replace('"kind":"bill"', '"kind":"bill","more":1'),
    ]
    for (const text of bad) expect(() => readAnswerDocument(bytes(text)), text.slice(0, 60)).toThrow()
  })
})

describe('the account that was asked for', () => {
  const accounts = [
    { name: 'Everyday Checking', lastDigits: '4821', category: 'deposit' as const },
    { name: 'Rainy Day Savings', lastDigits: '0093', category: 'deposit' as const },
    { name: 'Platinum', lastDigits: '7730', category: 'card' as const },
  ]
  const named = (words?: string, digits?: string): readonly string[] =>
    chooseAccounts(accounts, (each) => each, {
      words: words === undefined ? undefined : new Secret(words),
      lastDigits: digits === undefined ? undefined : new Secret(digits),
    }).map((each) => each.name)

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
