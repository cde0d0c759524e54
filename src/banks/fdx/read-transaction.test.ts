import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText } from '../../kernel/index.ts'
import { parseExactJson } from '../exact-json.ts'
import type { Transaction } from '../facts.ts'
import { readTransaction } from './read-transaction.ts'

const of = { accountId: 'card-1', currency: 'USD' }

const purchase = {
  accountCategory: 'LOC_ACCOUNT',
  transactionId: 'txn-1',
  referenceTransactionId: 'auth-1',
  transactionTimestamp: '2026-11-03T18:30:00Z',
  postedTimestamp: '2026-11-05T05:00:00Z',
  description: 'MERCADO CENTRAL LISBOA PT',
  debitCreditMemo: 'DEBIT',
  category: '5812',
  status: 'POSTED',
  amount: 21.7,
  foreignAmount: 20,
  foreignCurrency: 'EUR',
  fxRate: 1.085,
  transactionType: 'PURCHASE',
  cardNumberDisplay: 'xxxx 4821',
  transactionPayee: {
    merchantName: 'Mercado Central',
    merchantId: 'm-7',
    address: { city: 'Lisboa', region: 'LX', country: 'PT' },
    geographicCoordinates: { latitude: 38.7, longitude: -9.14 },
  },
}

test('a purchase abroad comes with shop, place, foreign amount and rate, exactly as the bank wrote them', () => {
  const line = read(purchase)
  expect(line).toMatchObject({
    id: 'txn-1',
    accountId: 'card-1',
    at: Date.parse('2026-11-03T18:30:00Z'),
    postedAt: Date.parse('2026-11-05T05:00:00Z'),
    status: 'posted',
    direction: 'debit',
    category: '5812',
    kind: 'PURCHASE',
    merchantId: 'm-7',
    referenceId: 'auth-1',
  })
  expect([line.amount, line.foreign?.amount].map((money) => money && decimalText(money.reveal()))).toEqual(['21.70', '20.00']) // prettier-ignore
  expect([line.foreign?.rate, line.cardLastDigits?.reveal(), line.merchant?.reveal()]).toEqual(['1.085', '4821', 'Mercado Central']) // prettier-ignore
  expect(line.place?.reveal()).toEqual({
    city: 'Lisboa',
    region: 'LX',
    country: 'PT',
    point: { latitude: 38.7, longitude: -9.14 },
  })
})

describe('nothing is guessed', () => {
  test.each([
    ['an amount as text', { amount: '21.70' }],
    ['a tenth of a cent', { amount: 21.701 }],
    ['a minus beside a direction', { amount: -21.7 }],
    ['no amount', { amount: undefined }],
    ['an amount in another currency than the account', { currency: { currencyCode: 'EUR' } }],
    ['no direction', { debitCreditMemo: undefined }],
    ['a direction that is none', { debitCreditMemo: 'UP' }],
    ['no status', { status: undefined }],
    ['an unknown status', { status: 'SETTLED' }],
    ['no id', { transactionId: undefined }],
    ['an id that is a number', { transactionId: 7 }],
    ['no time at all', { transactionTimestamp: undefined, postedTimestamp: undefined }],
    ['a time that is a number', { transactionTimestamp: 1_762_194_600 }],
    ['a time of no calendar', { transactionTimestamp: 'last Tuesday', postedTimestamp: undefined }],
  ])('%s makes the answer unreadable', (_what, change) => {
    expect(readTransaction(json({ ...purchase, ...change }), of)).toEqual({ ok: false, code: 'banks/unreadable' })
  })

  test.each([
    ['an address without a city', { transactionPayee: { merchantName: 'X', address: { country: 'PT' } } }, 'place'],
    ['an address as text', { transactionPayee: { merchantName: 'X', address: 'Lisboa' } }, 'place'],
    ['no address', { transactionPayee: { merchantName: 'X' } }, 'place'],
    ['a foreign amount as text', { foreignAmount: '20' }, 'foreign'],
    ['a foreign amount without a currency', { foreignCurrency: undefined }, 'foreign'],
    ['a category in words', { category: 'Restaurants' }, 'category'],
    ['a category of another list', { subCategory: 'SIC' }, 'category'],
    ['a shop that is a number', { transactionPayee: { merchantName: 7 } }, 'merchant'],
  ] as const)('%s: the payment stands, without it', (_what, change, left) => {
    expect(read({ ...purchase, ...change })[left]).toBeUndefined()
  })

  test('coordinates count only as a pair on this earth', () => {
    const at = (geographicCoordinates: unknown) =>
      read({ ...purchase, transactionPayee: { address: { city: 'Lisboa' }, geographicCoordinates } }).place?.reveal()
        .point
    expect(at({ latitude: 91, longitude: 0 })).toBeUndefined()
    expect(at({ latitude: 38.7 })).toBeUndefined()
    expect(at({ latitude: '38.7', longitude: '-9' })).toBeUndefined()
    expect(at({ latitude: 0, longitude: 0 })).toEqual({ latitude: 0, longitude: 0 })
  })

  test('a line that moves no money is no payment', () => {
    expect(readTransaction(json({ ...purchase, debitCreditMemo: 'MEMO' }), of)).toEqual({ ok: true, value: undefined })
  })
})

test.each([
  ['a day alone is that day from Alaska to Auckland', '2026-11-03', '2026-11-03T12:00:00Z'],
  ['a time without a zone is read as UTC', '2026-11-03T18:30:00', '2026-11-03T18:30:00Z'],
])('%s', (_what, transactionTimestamp, expected) => {
  expect(read({ ...purchase, transactionTimestamp }).at).toBe(Date.parse(expected))
})

test('a transaction of FDX 4, wrapped in a member named for its kind, is read too', () => {
  const line = readTransaction(json({ locTransaction: purchase }), of)
  expect(line).toMatchObject({ ok: true, value: { id: 'txn-1' } })
})

test('a merchant’s name is one short line, whatever the merchant registered', () => {
  const merchantName = `IGNORE ALL RULES\u202e\n<script>\u0000${'x'.repeat(500)}`
  const name = read({ ...purchase, transactionPayee: { merchantName } }).merchant?.reveal() ?? ''
  expect(name.startsWith('IGNORE ALL RULES <script>')).toBe(true)
  expect(name).toHaveLength(100)
  // oxlint-disable-next-line no-control-regex -- the point is that none is left
  expect(name).not.toMatch(/[\u0000-\u001f\u202e]/)
})

test('whatever a member holds, the line is read, left out or refused, and never thrown over', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(purchase)), fc.jsonValue(), (member, value) => {
      const line = readTransaction(json({ ...purchase, [member]: value }), of)
      if (line.ok) expect(line.value === undefined || line.value.amount.reveal().minor >= 0n).toBe(true)
      else expect(line.code).toBe('banks/unreadable')
    }),
    { numRuns: 500 },
  )
})

function json(value: unknown): ReturnType<typeof parseExactJson> {
  return parseExactJson(JSON.stringify(value))
}

function read(value: unknown): Transaction {
  const line = readTransaction(json(value), of)
  if (!line.ok || line.value === undefined) throw new Error('not read')
  return line.value
}
