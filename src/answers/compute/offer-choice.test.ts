import { describe, expect, test } from 'vitest'
import type { AccountDetails } from '../../banks/index.ts'
import { Secret } from '../../kernel/index.ts'
import type { InstitutionId } from '../../kernel/index.ts'
import { readAnswerDocument, writeAnswerDocument } from '../answer-document.ts'
import { nothingNamed } from '../asked.ts'
import type { Asked } from '../asked.ts'
import type { Block, ChoiceBlock } from '../block.ts'
import type { AnswerQuestion } from '../questions.ts'
import { movement, sampleFacts, sampleNow, sampleZone } from '../test-support/sample-facts.ts'
import type { BankFacts } from './bank-facts.ts'
import { computeAnswer } from './compute-answer.ts'

const named = (words: string): Asked => ({ ...nothingNamed, words: new Secret(words) })
const answer = (question: AnswerQuestion, facts: BankFacts, asked: Asked = nothingNamed): readonly Block[] =>
  computeAnswer(question, facts, asked, { now: sampleNow, timeZone: sampleZone }).blocks.reveal()
const choiceIn = (blocks: readonly Block[]): ChoiceBlock | undefined =>
  blocks.find((block): block is ChoiceBlock => block.kind === 'choice')
const labels = (choice: ChoiceBlock | undefined): readonly string[] =>
  choice === undefined
    ? []
    : choice.of === 'merchants'
      ? choice.options.map(({ label }) => label)
      : choice.options.map(({ account }) => `${account.name} ${account.lastDigits ?? ''}`.trim())

const card = (id: string, name: string, lastDigits: string, rest: Partial<AccountDetails> = {}): AccountDetails => ({
  accountId: id,
  name: new Secret(name),
  lastDigits: new Secret(lastDigits),
  category: 'card',
  ...rest,
})
const visas: readonly AccountDetails[] = [
  card('gold', 'Gold Visa', '4821', { interestRate: '21.99' }),
  card('travel', 'Travel Visa', '7730', { interestRate: '24.5' }),
]
const paid = (accountId: string, minor: number, merchant = 'Nonna Pina') => ({
  ...movement({ day: '2026-11-20', minor, merchant, category: '5812' }),
  id: `${accountId}-${minor}`,
  accountId,
})
const twoCards: BankFacts = {
  details: visas,
  transactions: {
    transactions: [paid('gold', 1000), paid('travel', 2000), paid('checking', 4000)],
    from: '2025-10-01',
    to: '2026-11-22',
    complete: true,
  },
}

describe('words that several accounts fit', () => {
  test('offer each of them with its own answer, where one sum over both would be wrong', () => {
    const choice = choiceIn(answer('spending', twoCards, named('visa')))
    expect(labels(choice)).toEqual(['Gold Visa 4821', 'Travel Visa 7730'])
    expect(choice?.of).toBe('cards')
    const totals = choice?.options.map(({ blocks }) => blocks.find(({ kind }) => kind === 'spending'))
    expect(totals).toMatchObject([{ total: { minor: 1000n } }, { total: { minor: 2000n } }])
  })

  test('offer an account on which nothing happened as well, and say so there', () => {
    const quiet = { ...twoCards, details: [...visas, card('old', 'Old Visa', '0001')] }
    const choice = choiceIn(answer('recent_transactions', quiet, named('visa')))
    expect(choice?.options.at(-1)?.blocks).toMatchObject([{ kind: 'note', word: 'nothing-found' }])
  })

  test.each(['my visa cards', 'alle Karten', 'todas mis tarjetas', 'toutes mes cartes', 'meus cartões'])(
    'mean all of them together, said like "%s"',
    (words) => {
      const blocks = answer('spending', twoCards, named(words))
      expect(choiceIn(blocks)).toBeUndefined()
      expect(blocks.find(({ kind }) => kind === 'spending')).toMatchObject({ total: { minor: 3000n } })
    },
  )

  test('ask nothing where every row says its account, or the answer is apart already', () => {
    expect(choiceIn(answer('find_transactions', twoCards, named('visa')))).toBeUndefined()
    expect(choiceIn(answer('card_use_places', twoCards, named('visa')))).toBeUndefined()
    expect(choiceIn(answer('balance', sampleFacts, named('savings')))).toBeUndefined()
  })

  test('offer shops among all that fit, where shops are several too: one choice, not two', () => {
    const facts = {
      ...twoCards,
      transactions: {
        transactions: [paid('gold', 1, 'Blue Cafe'), paid('gold', 2, 'Blue Bar'), paid('travel', 3, 'Blue Cafe')],
        from: '2025-10-01',
        to: '2026-11-22',
        complete: true,
      },
    }
    const choice = choiceIn(answer('spending', facts, { ...named('visa'), merchant: new Secret('blue') }))
    expect(choice?.of).toBe('merchants')
    expect(labels(choice)).toEqual(['Blue Cafe', 'Blue Bar'])
  })

  test('are a choice among rates, limits and cards alike; two cards of the same last digits too', () => {
    expect(labels(choiceIn(answer('interest_rate', twoCards, named('visa'))))).toHaveLength(2)
    expect(labels(choiceIn(answer('card_status', sampleFacts, named('card'))))).toEqual(['Platinum 4821', '7730'])
    const twins = { details: [visas[0] ?? card('x', 'X', '4821'), card('twin', 'Twin', '4821', { interestRate: '9' })] }
    const asked = { ...nothingNamed, lastDigits: new Secret('4821') }
    expect(labels(choiceIn(answer('interest_rate', twins, asked)))).toEqual(['Gold Visa 4821', 'Twin 4821'])
  })

  test('that fit none of them are told apart from a choice: the note stands, and what is shared is listed', () => {
    const blocks = answer('interest_rate', twoCards, named('holiday fund'))
    expect(blocks.map(({ kind }) => kind)).toEqual(['note', 'detail', 'detail'])
  })
})

describe('nothing named', () => {
  test('lists a few accounts, and asks which one is meant when they are more than a page should list', () => {
    expect(choiceIn(answer('interest_rate', twoCards))).toBeUndefined()
    const many = Array.from({ length: 5 }, (_, index) =>
      card(`c${index}`, `Card ${index}`, `000${index}`, { interestRate: '1' }),
    )
    expect(labels(choiceIn(answer('interest_rate', { details: many })))).toHaveLength(5)
  })

  test('account numbers stand alone from the second account on: the wrong one must not be read by mistake', () => {
    const choice = choiceIn(answer('account_numbers', sampleFacts))
    expect(choice?.of).toBe('accounts')
    expect(choice?.options).toMatchObject([
      { account: { name: 'Everyday Checking' }, blocks: [{ detail: 'account-number' }, { detail: 'routing-number' }] },
      { account: { name: 'Rainy Day Savings' } },
    ])
    const one = { details: sampleFacts.details?.filter(({ accountId }) => accountId === 'checking') }
    expect(choiceIn(answer('account_numbers', one))).toBeUndefined()
  })
})

describe('the largest choice', () => {
  // Names as long as names get, in letters of four bytes.
  const long = (index: number): string => `${index}${'𝔄'.repeat(90)}`
  const accounts = Array.from({ length: 60 }, (_, index) => card(`a${index}`, `Visa ${long(index)}`, '4821'))
  const transactions = accounts.flatMap(({ accountId }, index) =>
    Array.from({ length: 200 }, (_, row) => ({ ...paid(accountId, 1000 + row, long(row)), id: `${index}-${row}` })),
  )
  const facts = { details: accounts, transactions: { transactions, from: '2025-10-01', to: '2026-11-22', complete: true } } // prettier-ignore

  test('fits into a sealed answer, is read back whole, and says what it leaves out', () => {
    const asked = named('visa')
    const blocks = answer('recent_transactions', facts, asked)
    expect(labels(choiceIn(blocks))).toHaveLength(40)
    expect(blocks.at(-1)).toMatchObject({ kind: 'note', word: 'left-out-options', count: 20 })
    const [list] = choiceIn(blocks)?.options[0]?.blocks ?? []
    expect(list).toMatchObject({ kind: 'rows', count: 200 })
    expect(list?.kind === 'rows' ? list.rows.length : 0).toBe(15)
    const document = {
      v: 2 as const,
      question: 'recent_transactions' as const,
      institution: 'first-valley' as InstitutionId,
      institutionName: 'First Valley Bank',
      checkedAt: sampleNow,
      timeZone: sampleZone,
      asked,
      result: { ok: true as const, blocks: new Secret(blocks), complete: true },
    }
    const read = readAnswerDocument(writeAnswerDocument(document))
    expect(read.result.ok && read.result.blocks.reveal()).toEqual(JSON.parse(JSON.stringify(blocks, money), revive))
  })
})

// What a document leaves out of undefined values and how it writes amounts, so that both sides compare.
const money = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)
const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value

test('rewards say what they are counted in and in which program, and cash back gets no currency that nobody named', () => {
  const rewarded = (kind: 'points' | 'miles' | 'cashback' | 'other', balance: string): AccountDetails =>
    card('gold', 'Gold Visa', '4821', { rewards: new Secret({ program: 'Everyday', kind, balance }) })
  for (const kind of ['points', 'miles', 'cashback', 'other'] as const) {
    const [block] = answer('rewards_balance', { details: [rewarded(kind, '42.5')] })
    expect(block).toMatchObject({ kind: 'detail', detail: 'rewards', text: '42.5', unit: kind, program: 'Everyday' })
    expect(JSON.stringify(block)).not.toMatch(/USD|\$/)
  }
})
