import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret, toInstant } from '../../kernel/index.ts'
import type { Transaction } from '../facts.ts'
import { joinTransactions } from './join-transactions.ts'

const always = { from: '2000-01-01', to: '2100-01-01' }

test('however lines are mixed, a purchase is there once: as booked if it is booked, else as pending', () => {
  const purchases = fc.uniqueArray(
    fc.record({ key: fc.string({ minLength: 1 }), booked: fc.boolean(), stillListed: fc.boolean() }),
    { selector: ({ key }) => key, maxLength: 30 },
  )
  fc.assert(
    fc.property(purchases, fc.infiniteStream(fc.nat()), (made, order) => {
      const lines = made.flatMap(({ key, booked, stillListed }) => [
        ...(booked ? [line({ id: `p:${key}`, referenceId: `a:${key}` })] : []),
        ...(booked && !stillListed ? [] : [line({ id: `a:${key}`, status: 'pending' })]),
      ])
      const mixed = lines.map((each) => ({ each, at: order.next().value })).sort((a, b) => a.at - b.at)
      const joined = joinTransactions(
        mixed.map(({ each }) => each),
        always,
      )
      if (!joined.ok) throw new Error(joined.code)
      expect(joined.value.map(({ id }) => id).sort()).toEqual(
        made.map(({ key, booked }) => (booked ? `p:${key}` : `a:${key}`)).sort(),
      )
    }),
  )
})

test('money that comes back does not hide the payment it gives back, pending or booked', () => {
  const lines = [
    line({ id: 'bought', status: 'pending' }),
    line({ id: 'back', direction: 'credit', referenceId: 'bought' }),
    line({ id: 'shoes', referenceId: 'never-seen' }),
    line({ id: 'shoes-back', direction: 'credit', status: 'pending', referenceId: 'shoes' }),
  ]
  expect(ids(joinTransactions(lines, always))).toEqual(['back', 'bought', 'shoes', 'shoes-back'])
})

test('a hotel that books in two parts keeps both, and the authorization is gone', () => {
  const lines = [
    line({ id: 'auth', status: 'pending' }),
    line({ id: 'night-1', referenceId: 'auth' }),
    line({ id: 'night-2', referenceId: 'auth' }),
  ]
  expect(ids(joinTransactions(lines, always))).toEqual(['night-1', 'night-2'])
})

test('two pending lines that name each other do not make each other disappear', () => {
  const lines = [
    line({ id: 'a', status: 'pending', referenceId: 'b' }),
    line({ id: 'b', status: 'pending', referenceId: 'a' }),
    line({ id: 'c', status: 'pending', referenceId: 'c' }),
  ]
  expect(ids(joinTransactions(lines, always))).toEqual(['a', 'b', 'c'])
})

test('a line that two pages repeat counts once; one that changed between them makes the answer unreadable', () => {
  expect(ids(joinTransactions([line({ id: 'x' }), line({ id: 'x' })], always))).toEqual(['x'])
  const other = line({ id: 'x', amount: new Secret({ minor: 2n, currency: 'USD' }) })
  expect(joinTransactions([line({ id: 'x' }), other], always)).toEqual({ ok: false, code: 'banks/unreadable' })
})

test('a payment belongs to the day on which it was made where the customer is', () => {
  // Half past eleven at night in New York, the next morning in UTC.
  const late = line({ id: 'late', at: toInstant(Date.parse('2026-11-04T04:30:00Z')) })
  const on = (day: string, timeZone?: string) =>
    ids(joinTransactions([late], { from: day, to: day, ...(timeZone === undefined ? {} : { timeZone }) }))
  expect([on('2026-11-03', 'America/New_York'), on('2026-11-04', 'America/New_York')]).toEqual([['late'], []])
  expect([on('2026-11-03'), on('2026-11-04')]).toEqual([[], ['late']])
})

function ids(joined: ReturnType<typeof joinTransactions>): readonly string[] {
  if (!joined.ok) throw new Error(joined.code)
  return joined.value.map(({ id }) => id).sort()
}

function line(change: Partial<Transaction> & { readonly id: string }): Transaction {
  return {
    accountId: 'a',
    at: toInstant(Date.parse('2026-11-03T18:30:00Z')),
    postedAt: undefined,
    status: 'posted',
    direction: 'debit',
    amount: new Secret({ minor: 1n, currency: 'USD' }),
    foreign: undefined,
    description: new Secret(''),
    merchant: undefined,
    merchantId: undefined,
    category: undefined,
    kind: 'PURCHASE',
    cardLastDigits: undefined,
    place: undefined,
    referenceId: undefined,
    ...change,
  }
}
