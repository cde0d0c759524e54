import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../banks/index.ts'
import { Secret } from '../../kernel/index.ts'
import { nothingNamed } from '../asked.ts'
import type { Asked } from '../asked.ts'
import type { Block } from '../block.ts'
import type { AnswerQuestion } from '../questions.ts'
import { categoryOf } from '../spend-categories.ts'
import { movement, sampleFacts, sampleNow, sampleZone, usd } from '../test-support/sample-facts.ts'
import type { BankFacts } from './bank-facts.ts'
import { computeAnswer } from './compute-answer.ts'
import { daysToFetch } from './period.ts'

const blocksOf = (question: AnswerQuestion, facts: BankFacts, asked: Partial<Asked> = {}): readonly Block[] =>
  computeAnswer(
    question,
    facts,
    { ...nothingNamed, ...asked },
    { now: sampleNow, timeZone: sampleZone },
  ).blocks.reveal()

const withMovements = (...transactions: Transaction[]): BankFacts => ({
  transactions: { transactions, from: '2025-10-01', to: '2026-11-22', complete: true },
})

const of = <Kind extends Block['kind']>(
  blocks: readonly Block[],
  kind: Kind,
): readonly Extract<Block, { kind: Kind }>[] =>
  blocks.filter((block): block is Extract<Block, { kind: Kind }> => block.kind === kind)

describe('spending', () => {
  const lunch = movement({ day: '2026-11-20', minor: 1000, merchant: 'Nonna Pina', category: '5812' })

  test('counts what was paid, less what came back', () => {
    const refund = movement({
      day: '2026-11-21',
      minor: 400,
      merchant: 'Nonna Pina',
      direction: 'credit',
      kind: 'REFUND',
    })
    const [sum] = of(blocksOf('spending', withMovements(lunch, refund)), 'spending')
    expect(sum?.total.minor).toBe(600n)
    expect(sum?.shares).toMatchObject([{ category: 'eating-out', amount: { minor: 600n } }])
  })

  test('leaves out moves between own accounts, payments of cards, and money that came in', () => {
    const away = movement({ day: '2026-11-09', minor: 5000, description: 'TO SAVINGS', kind: 'TRANSFER' })
    const back = movement({
      day: '2026-11-10',
      minor: 5000,
      description: 'IN',
      kind: 'TRANSFER',
      direction: 'credit',
      accountId: 'savings',
    })
    const bill = movement({ day: '2026-11-04', minor: 9000, description: 'CARD', kind: 'BILLPAYMENT' })
    const paid = movement({
      day: '2026-11-05',
      minor: 9000,
      description: 'THANK YOU',
      kind: 'PAYMENT',
      direction: 'credit',
      accountId: 'card',
    })
    const wages = movement({
      day: '2026-11-01',
      minor: 300_000,
      description: 'WAGES',
      kind: 'DIRECTDEPOSIT',
      direction: 'credit',
    })
    const [sum] = of(blocksOf('spending', withMovements(lunch, away, back, bill, paid, wages)), 'spending')
    expect(sum).toMatchObject({ total: { minor: 1000n }, count: 1 })
  })

  test('counts a bill to somebody else as spending', () => {
    const power = movement({ day: '2026-11-04', minor: 9000, description: 'POWER', kind: 'BILLPAYMENT' })
    expect(of(blocksOf('spending', withMovements(lunch, power)), 'spending')[0]?.total.minor).toBe(10_000n)
  })

  test('keeps currencies apart', () => {
    const euros = { ...lunch, id: 'e', amount: new Secret({ minor: 700n, currency: 'EUR' }) }
    const sums = of(blocksOf('spending', withMovements(lunch, euros)), 'spending')
    expect(sums.map(({ total }) => `${total.minor} ${total.currency}`)).toEqual(['1000 USD', '700 EUR'])
  })

  test('is compared only with a stretch that the bank covers', () => {
    const facts = withMovements(lunch)
    expect(of(blocksOf('spending', facts), 'spending')[0]?.before).toMatchObject({
      from: '2026-09-24',
      to: '2026-10-23',
    })
    const short = { transactions: { transactions: [lunch], from: '2026-10-24', to: '2026-11-22', complete: true } }
    expect(of(blocksOf('spending', short), 'spending')[0]?.before).toBeUndefined()
  })

  test('counts a pending payment once, when its booking is there as well', () => {
    const pending = movement({ day: '2026-11-19', minor: 1000, merchant: 'Nonna Pina', status: 'pending' })
    const booked = { ...lunch, referenceId: pending.id }
    expect(of(blocksOf('spending', withMovements(pending, booked)), 'spending')[0]).toMatchObject({
      total: { minor: 1000n },
      count: 1,
    })
  })
})

describe('where a card was used', () => {
  const chicago = ['Chicago', 'IL', 'US', 41.8781, -87.6298] as const

  test('an online payment gets no pin, whatever address the bank has for the seller', () => {
    const shop = movement({
      day: '2026-11-20',
      minor: 100,
      merchant: 'Parcelwise',
      description: 'PARCELWISE ONLINE',
      card: '4821',
      city: chicago,
    })
    const phone = movement({
      day: '2026-11-20',
      minor: 100,
      merchant: 'Songs',
      card: '4821',
      city: ['866-555-0100', 'CA', 'US', 37, -122],
    })
    const stream = movement({
      day: '2026-11-20',
      minor: 100,
      merchant: 'Films',
      category: '5815',
      card: '4821',
      city: chicago,
    })
    expect(of(blocksOf('card_use_places', withMovements(shop, phone, stream)), 'places')).toMatchObject([
      { places: [], online: 3, unknown: 0 },
    ])
  })

  test('a place is a city to about ten kilometres, never a door', () => {
    const use = movement({ day: '2026-11-20', minor: 100, merchant: 'Cafe', card: '4821', city: chicago })
    const [block] = of(blocksOf('card_use_places', withMovements(use)), 'places')
    expect(block?.places[0]?.point).toEqual({ latitude: 41.9, longitude: -87.6 })
  })

  test('without a place from the bank none is guessed', () => {
    const use = movement({ day: '2026-11-20', minor: 100, merchant: 'Chicago Cafe', card: '4821' })
    expect(of(blocksOf('card_use_places', withMovements(use)), 'places')).toMatchObject([{ places: [], unknown: 1 }])
  })

  test('cards stand apart, and refunds and fees are no uses', () => {
    const one = movement({ day: '2026-11-20', minor: 100, merchant: 'Cafe', card: '4821', city: chicago })
    const other = movement({ day: '2026-11-19', minor: 100, merchant: 'Cafe', card: '7730', city: chicago })
    const refund = movement({
      day: '2026-11-19',
      minor: 100,
      merchant: 'Cafe',
      card: '7730',
      city: chicago,
      direction: 'credit',
      kind: 'REFUND',
    })
    const fee = movement({ day: '2026-11-19', minor: 100, description: 'FEE', card: '7730', kind: 'FEE' })
    const blocks = of(blocksOf('card_use_places', withMovements(one, other, refund, fee)), 'places')
    expect(blocks.map(({ cardLastDigits, places }) => [cardLastDigits, places[0]?.count])).toEqual([
      ['4821', 1],
      ['7730', 1],
    ])
  })
})

describe('payments that keep coming', () => {
  const at = (days: readonly string[], minors: readonly number[], merchant = 'Lumen'): Transaction[] =>
    days.map((day, index) => movement({ day, minor: minors[index] ?? minors[0] ?? 0, merchant }))

  test.each([
    ['a week', ['2026-10-27', '2026-11-03', '2026-11-10', '2026-11-17'], 'week', '2026-11-24'],
    ['two weeks', ['2026-10-09', '2026-10-23', '2026-11-06', '2026-11-20'], 'fortnight', '2026-12-04'],
    ['a month, of any length', ['2026-08-31', '2026-09-30', '2026-10-31'], 'month', '2026-11-30'],
    ['a year', ['2025-11-12', '2026-11-12'], 'year', '2027-11-12'],
  ] as const)('every %s', (_name, days, every, nextDay) => {
    expect(of(blocksOf('recurring_payments', withMovements(...at(days, [1000]))), 'series')).toMatchObject([
      { every, nextDay },
    ])
  })

  test('a change of price is told once the new one came', () => {
    const facts = withMovements(...at(['2026-08-06', '2026-09-06', '2026-10-06', '2026-11-06'], [999, 999, 1299, 1299]))
    expect(of(blocksOf('recurring_payments', facts), 'series')).toMatchObject([
      { amount: { minor: 1299n }, before: { minor: 999n }, changedOn: '2026-10-06' },
    ])
  })

  test('a shop that somebody likes is no series, nor is one that ended', () => {
    const shop = at(['2026-11-01', '2026-11-04', '2026-11-11', '2026-11-20'], [1200, 4800, 300, 9000], 'Market')
    const ended = at(['2026-04-06', '2026-05-06', '2026-06-06'], [999], 'Gym')
    expect(of(blocksOf('recurring_payments', withMovements(...shop, ...ended)), 'series')).toEqual([])
  })
})

describe('can I afford it', () => {
  const asked = (minor: number) => ({ amount: usd(minor) })

  test('is available money less bills and recurring payments until the next income, and says what it left out', () => {
    const [block] = of(blocksOf('can_afford', sampleFacts, asked(30_000)), 'reckoning')
    expect(block).toMatchObject({ until: '2026-12-01', untilIncome: true, verdict: 'fits' })
    expect(block?.steps.map(({ step, amount }) => [step, amount.minor])).toEqual([
      ['available', 184_217n],
      ['bills', -45_730n],
      ['recurring', -7_410n],
      ['left', 131_077n],
      ['asked', 30_000n],
      ['after', 101_077n],
    ])
    expect(of(blocksOf('can_afford', sampleFacts), 'note').map(({ word }) => word)).toEqual([
      'left-out-accounts',
      'left-out-income',
    ])
  })

  test('takes pending payments off only where the bank has not done so', () => {
    const pending = movement({ day: '2026-11-22', minor: 6000, merchant: 'Fuel', status: 'pending' })
    const account = (kind: 'available' | 'current') => ({
      ...withMovements(pending),
      accounts: [
        {
          id: 'checking',
          name: new Secret('A'),
          lastDigits: undefined,
          category: 'deposit' as const,
          kind: 'CHECKING',
          balances: [{ kind, amount: usd(10_000), asOf: undefined }],
        },
      ],
    })
    const left = (facts: BankFacts) =>
      of(blocksOf('can_afford', facts), 'reckoning')[0]?.steps.find(({ step }) => step === 'left')?.amount.minor
    expect(left(account('available'))).toBe(10_000n)
    expect(left(account('current'))).toBe(4000n)
  })

  test('compares no two currencies', () => {
    const amount = new Secret({ minor: 1n, currency: 'EUR' })
    expect(of(blocksOf('can_afford', sampleFacts, { amount }), 'reckoning')[0]?.verdict).toBe('unasked')
  })
})

describe('a search', () => {
  const facts = withMovements(
    movement({ day: '2026-11-20', minor: 3990, merchant: 'IKEA #123' }),
    movement({ day: '2026-11-18', minor: 1250, merchant: 'Uber' }),
    movement({ day: '2026-11-17', minor: 2250, merchant: 'Uber Eats' }),
  )
  const found = (asked: Partial<Asked>): readonly string[] =>
    of(blocksOf('find_transactions', facts, asked), 'rows').flatMap(({ rows }) => rows.map(({ text }) => text))

  test.each([
    ['ikea', ['IKEA #123']],
    ['uber', ['Uber']],
    ['uber eats', ['Uber Eats']],
    ['ubre eats', []],
    ['ikea store', []],
  ] as const)('%s', (merchant, names) => expect(found({ merchant: new Secret(merchant) })).toEqual(names))

  test('an amount that somebody remembers fits the real one', () => {
    expect(found({ amount: usd(4000) })).toEqual(['IKEA #123'])
  })

  test('two shops that fit are offered apart', () => {
    const both = withMovements(
      movement({ day: '2026-11-18', minor: 1, merchant: 'Blue Cafe' }),
      movement({ day: '2026-11-17', minor: 2, merchant: 'Cafe Blue' }),
    )
    const [choice] = of(blocksOf('find_transactions', both, { merchant: new Secret('cafe blu') }), 'choice')
    expect(choice).toBeUndefined()
    expect(of(blocksOf('find_transactions', both, { merchant: new Secret('blue') }), 'rows')).toHaveLength(1)
    const [offered] = of(
      computeAnswer(
        'find_transactions',
        both,
        { ...nothingNamed, merchant: new Secret('x') },
        { now: sampleNow, timeZone: sampleZone, matchMerchant: (_words, names) => names },
      ).blocks.reveal(),
      'choice',
    )
    expect(offered).toMatchObject({ of: 'merchants', options: [{ label: 'Blue Cafe' }, { label: 'Cafe Blue' }] })
  })
})

test('money back is matched to the payment it gives back, and what has nothing back is named', () => {
  const paid = movement({ day: '2026-11-02', minor: 5299, merchant: 'Parcelwise' })
  const back = movement({
    day: '2026-11-14',
    minor: 5299,
    merchant: 'PARCELWISE',
    direction: 'credit',
    kind: 'POSCREDIT',
  })
  const other = movement({ day: '2026-11-10', minor: 9480, merchant: 'Oak & Iron' })
  const facts = withMovements(paid, back, other)
  expect(of(blocksOf('refund_status', facts), 'rows')).toMatchObject([
    { of: 'refunds', rows: [{ gaveBack: '2026-11-02' }] },
  ])
  const waiting = of(blocksOf('refund_status', facts, { merchant: new Secret('oak iron') }), 'rows')
  expect(waiting).toMatchObject([{ of: 'waiting', rows: [{ text: 'Oak & Iron' }] }])
})

test('a moment belongs to the day of the reader’s zone', () => {
  const late = { ...movement({ day: '2026-11-20', minor: 100, merchant: 'Bar' }), at: sampleNow }
  const facts = withMovements(late)
  const day = (timeZone: string) =>
    of(
      computeAnswer('recent_transactions', facts, nothingNamed, { now: sampleNow, timeZone }).blocks.reveal(),
      'rows',
    )[0]?.rows[0]?.day
  expect([day('America/New_York'), day('Asia/Tokyo')]).toEqual(['2026-11-22', '2026-11-23'])
})

test('the days to ask a bank for reach back as far as the comparison, and two years at most', () => {
  const reckoned = { now: sampleNow, timeZone: sampleZone }
  expect(daysToFetch('balance', nothingNamed, reckoned)).toBeUndefined()
  expect(daysToFetch('recent_transactions', nothingNamed, reckoned)).toEqual({ from: '2026-10-24', to: '2026-11-22' })
  expect(daysToFetch('spending', { ...nothingNamed, from: '2026-11-01' }, reckoned)).toEqual({
    from: '2026-10-10',
    to: '2026-11-22',
  })
  expect(daysToFetch('spending', { ...nothingNamed, from: '2001-01-01' }, reckoned)?.from).toBe('2024-10-24')
})

test.each([
  ['5411', 'groceries'],
  ['5814', 'eating-out'],
  ['3058', 'travel'],
  ['4111', 'transport'],
  ['6011', 'cash'],
  ['5912', 'health'],
  ['4900', 'bills'],
  ['7832', 'leisure'],
  ['9999', 'other'],
  ['x', 'other'],
  [undefined, 'other'],
] as const)('a merchant of category %s belongs to %s', (code, category) => expect(categoryOf(code)).toBe(category))
