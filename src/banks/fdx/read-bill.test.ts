import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalText } from '../../kernel/index.ts'
import type { Money, Secret } from '../../kernel/index.ts'
import { parseExactJson } from '../exact-json.ts'
import type { CardBill } from '../facts.ts'
import { findAccount } from './read-account.ts'
import { lacksBill, readCardBill } from './read-bill.ts'

const bill = {
  totalPaymentDue: 634.55,
  minimumPaymentDue: 35,
  dueDate: '2026-12-13',
  autoPayEnabled: true,
  autoPayAmount: 634.55,
  autoPayDate: '2026-12-10',
  pastDueAmount: -12.5,
  lastPaymentAmount: 480.1,
  lastPaymentDate: '2026-11-10',
  statementBalance: -634.55,
  statementDate: '2026-11-18',
}

test('a bill says what is due, the minimum, by when, and how it is paid; what is owed is positive', () => {
  expect(figures(read({ bills: [bill] }))).toEqual({
    totalDue: '634.55',
    minimumDue: '35.00',
    pastDue: '12.50',
    statementBalance: '634.55',
    dueDate: '2026-12-13',
    statementDate: '2026-11-18',
    autoPay: { amount: '634.55', date: '2026-12-10' },
    lastPayment: { amount: '480.10', date: '2026-11-10' },
  })
})

test('the fields before 6.4 say the same bill, and bills[] goes before them', () => {
  const cents = fc.integer({ min: 0, max: 10_000_000 }).map((minor) => minor / 100)
  fc.assert(
    fc.property(cents, cents, cents, (total, minimum, past) => {
      const fresh = { totalPaymentDue: total, minimumPaymentDue: minimum, dueDate: '2026-12-13', pastDueAmount: -past, statementBalance: -total, statementDate: '2026-11-18' } // prettier-ignore
      const old = { nextPaymentAmount: total, minimumPaymentAmount: minimum, nextPaymentDate: '2026-12-13', pastDueAmount: past, lastStmtBalance: total, lastStmtDate: '2026-11-18' } // prettier-ignore
      const expected = figures(read({ bills: [fresh] }))
      expect(figures(read(old))).toEqual(expected)
      expect(figures(read({ ...old, nextPaymentAmount: 1, lastStmtBalance: 2, bills: [fresh] }))).toEqual(expected)
    }),
  )
})

test('of several bills the newest counts', () => {
  const older = { ...bill, totalPaymentDue: 1, statementDate: '2026-10-18', dueDate: '2026-11-13' }
  expect(figures(read({ bills: [older, bill] }))['totalDue']).toBe('634.55')
  expect(figures(read({ bills: [bill, older] }))['totalDue']).toBe('634.55')
})

describe('signs', () => {
  test('an overpaid card owes nothing: the bank owes the customer', () => {
    const overpaid = read({ bills: [{ ...bill, totalPaymentDue: 0, statementBalance: 20 }] })
    expect(figures(overpaid)).toMatchObject({ totalDue: '0.00', statementBalance: '-20.00' })
  })

  test('a statement balance with the wrong sign beside an amount due is left out, not shown as a credit', () => {
    expect(figures(read({ bills: [{ ...bill, statementBalance: 634.55 }] }))['statementBalance']).toBeUndefined()
  })

  test('a minimum, a past due amount or a payment below nothing is left out', () => {
    const odd = read({ bills: [{ ...bill, minimumPaymentDue: -1, pastDueAmount: 5, lastPaymentAmount: -9, autoPayAmount: -1 }] }) // prettier-ignore
    expect(figures(odd)).toMatchObject({ minimumDue: undefined, pastDue: undefined, lastPayment: undefined })
    expect(odd.autoPay).toEqual({ amount: undefined, date: '2026-12-10' })
  })
})

describe('autopay', () => {
  test('that is off is off, whatever stands beside it; that is not mentioned is told by its amount or date', () => {
    expect(read({ bills: [{ ...bill, autoPayEnabled: false }] }).autoPay).toBeUndefined()
    const { autoPayEnabled: _on, autoPayAmount: _amount, autoPayDate: _date, ...silent } = bill
    expect(read({ bills: [silent] }).autoPay).toBeUndefined()
    expect(read({ bills: [{ ...silent, autoPayDate: '2026-12-10' }] }).autoPay?.date).toBe('2026-12-10')
  })
})

test.each([
  ['bills that are no list', { bills: {} }],
  ['a bill that is text', { bills: ['due'] }],
  ['an amount as text', { bills: [{ ...bill, totalPaymentDue: '634.55' }] }],
  ['half a cent', { bills: [{ ...bill, minimumPaymentDue: 0.005 }] }],
  ['a date that is a number', { bills: [{ ...bill, dueDate: 20261213 }] }],
  ['autopay in words', { bills: [{ ...bill, autoPayEnabled: 'yes' }] }],
  ['an account without a currency', { bills: [bill], currency: undefined }],
])('%s is unreadable', (_what, change) => {
  expect(readCardBill(account(change))).toEqual({ ok: false, code: 'banks/unreadable' })
})

test('a day that no calendar has is no day, and the bill stands', () => {
  expect(read({ bills: [{ ...bill, dueDate: '2026-02-30' }] }).dueDate).toBeUndefined()
  expect(read({ bills: [{ ...bill, dueDate: '2026-12-13T05:00:00Z' }] }).dueDate).toBe('2026-12-13')
})

test('a card without a bill has none, and only then the account is asked for by itself', () => {
  expect(readCardBill(account({ bills: [] }))).toEqual({ ok: true, value: undefined })
  expect([lacksBill(account({})), lacksBill(account({ bills: [] })), lacksBill(account({ nextPaymentDate: '2026-12-13' }))]).toEqual([true, false, false]) // prettier-ignore
})

function account(change: Readonly<Record<string, unknown>>): Parameters<typeof readCardBill>[0] {
  const text = JSON.stringify({
    accountCategory: 'LOC_ACCOUNT',
    accountId: 'card-1',
    currency: { currencyCode: 'USD' },
    ...change,
  })
  const found = findAccount(parseExactJson(text))
  if (!found.ok) throw new Error(found.code)
  return found.value
}

function read(change: Readonly<Record<string, unknown>>): CardBill {
  const found = readCardBill(account(change))
  if (!found.ok || found.value === undefined) throw new Error('no bill')
  return found.value
}

function figures({ accountId: _id, ...rest }: CardBill): Readonly<Record<string, unknown>> {
  const text = (money: Secret<Money> | undefined): string | undefined => money && decimalText(money.reveal())
  const { totalDue, minimumDue, pastDue, statementBalance, autoPay, lastPayment } = rest
  return {
    ...rest,
    totalDue: text(totalDue),
    minimumDue: text(minimumDue),
    pastDue: text(pastDue),
    statementBalance: text(statementBalance),
    autoPay: autoPay && { ...autoPay, amount: text(autoPay.amount) },
    lastPayment: lastPayment && { ...lastPayment, amount: text(lastPayment.amount) },
  }
}
