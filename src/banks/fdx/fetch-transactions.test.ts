import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toInstant } from '../../kernel/index.ts'
import type { Days } from '../facts.ts'
import { scriptedApi } from '../test-support/scripted-api.ts'
import type { Script } from '../test-support/scripted-api.ts'
import { testPermit } from '../test-support/test-permit.ts'
import { fetchTransactions } from './fetch-transactions.ts'

const now = toInstant(Date.parse('2026-11-22T12:00:00Z'))
const november: Days = { from: '2026-11-01', to: '2026-11-30' }
const accounts = JSON.stringify({
  accounts: [
    { accountCategory: 'DEPOSIT_ACCOUNT', accountId: 'checking', currency: { currencyCode: 'USD' } },
    { accountCategory: 'LOC_ACCOUNT', accountId: 'card', currency: { currencyCode: 'EUR' } },
    { accountCategory: 'INVESTMENT_ACCOUNT', accountId: 'broker', currency: { currencyCode: 'USD' } },
    { accountCategory: 'LOC_ACCOUNT', accountId: 'old', status: 'CLOSED', currency: { currencyCode: 'USD' } },
  ],
})

describe('which accounts', () => {
  test('every open deposit and card account behind the link, each with its own currency', async () => {
    const report = await ask((path) => JSON.stringify({ transactions: [line(path)] }))
    if (!report.ok) throw new Error(report.code)
    const found = report.value.transactions.map(({ accountId, amount }) => [accountId, amount.reveal().currency])
    expect(found).toEqual([
      ['checking', 'USD'],
      ['card', 'EUR'],
    ])
    expect(report.value).toMatchObject({ from: '2026-11-01', to: '2026-11-30', complete: true })
  })

  test('only those that the customer chose, and a chosen one that is missing is told', async () => {
    const api = scriptedApi((path) =>
      path === '/accounts' ? accounts : JSON.stringify({ transactions: [line(path)] }),
    )
    const permit = testPermit('transactions', { accounts: ['card', 'closed-long-ago'] })
    const report = await fetchTransactions(permit, api, november, now)
    expect(report).toMatchObject({ ok: true, value: { transactions: [{ accountId: 'card' }], complete: false } })
    expect(api.asked.filter((path) => path.includes('checking'))).toEqual([])
  })
})

describe('days', () => {
  test('are given both or neither, wide enough for the customer’s zone and for what is booked days later', async () => {
    const api = scriptedApi((path) => (path === '/accounts' ? accounts : '{"transactions":[]}'))
    await fetchTransactions(testPermit('transactions'), api, { from: '2026-11-01', to: '2026-11-05' }, now)
    const { searchParams } = new URL(api.asked[1] ?? '', 'https://bank.example')
    expect(searchParams.get('startDate')).toBe('2026-10-31')
    expect(searchParams.get('endDate')).toBe('2026-11-15')
    await fetchTransactions(testPermit('transactions'), api, november, now)
    const today = new URL(api.asked.at(-1) ?? '', 'https://bank.example').searchParams
    expect(today.get('endDate')).toBe('2026-11-30')
  })

  test('further back than a year and a month are not asked for, and the report says from when it is', async () => {
    const api = scriptedApi((path) => (path === '/accounts' ? accounts : '{"transactions":[]}'))
    const report = await fetchTransactions(
      testPermit('transactions'),
      api,
      { from: '1999-01-01', to: '2026-11-22' },
      now,
    )
    expect(report).toMatchObject({ ok: true, value: { from: '2025-10-18', to: '2026-11-22' } })
  })

  test('that are over before they begin cost no call', async () => {
    const api = scriptedApi(() => undefined)
    const report = await fetchTransactions(
      testPermit('transactions'),
      api,
      { from: '2026-11-05', to: '2026-11-04' },
      now,
    )
    expect(report).toMatchObject({ ok: true, value: { transactions: [] } })
    expect(api.asked).toEqual([])
  })
})

describe('pages', () => {
  test('are read to the last, by the bank’s own key', async () => {
    const report = await ask((path, query) => {
      const at = Number(query.get('pageKey') ?? '0')
      const page = at < 9 ? { nextPageKey: String(at + 1) } : {}
      return JSON.stringify({ page, transactions: [{ ...line(path), transactionId: `t-${at}` }] })
    })
    expect(report.ok && report.value.transactions).toHaveLength(20)
  })

  test.each([
    ['ten thousand of them', (at: number) => String(at + 1), 40],
    ['the same one again and again', () => 'again', 2],
    ['two that lead to each other', (at: number) => String((at + 1) % 2), 3],
  ])('%s: refused, after a bounded number of calls', async (_what, next, callsMax) => {
    const script: Script = (path, query) => {
      if (path === '/accounts') return accounts
      const at = Number(query.get('pageKey') ?? '0') || 0
      const transactions = [{ ...line(path), transactionId: `t-${at}` }]
      return JSON.stringify({ page: { nextPageKey: next(at) }, transactions })
    }
    const api = scriptedApi(script)
    const report = await fetchTransactions(testPermit('transactions'), api, november, now)
    expect(report).toEqual({ ok: false, code: 'banks/unreadable' })
    expect(api.asked.length).toBeLessThanOrEqual(1 + 2 * callsMax)
  })

  test('one that the bank calls partial makes the report say so', async () => {
    const report = await ask((path) => ({ text: JSON.stringify({ transactions: [line(path)] }), partial: true }))
    expect(report).toMatchObject({ ok: true, value: { complete: false } })
  })
})

test.each([
  ['no list', '{}'],
  ['a list of text', '{"transactions":["t-1"]}'],
  ['a list of lists', '{"transactions":[[]]}'],
  ['a list in a list', '[]'],
  ['a page that is text', '{"page":"2","transactions":[]}'],
  ['a page key that is an object', '{"page":{"nextPageKey":{}},"transactions":[]}'],
])('%s is unreadable', async (_what, text) => {
  expect(await ask(() => text)).toEqual({ ok: false, code: 'banks/unreadable' })
})

test('whatever a bank answers, the look ends in a report or in a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), fc.boolean(), async (list, page, wrap) => {
      const report = await ask(() => JSON.stringify(wrap ? { transactions: list, page } : list))
      if (!report.ok) expect(report.code).toBe('banks/unreadable')
    }),
  )
})

async function ask(script: Script): ReturnType<typeof fetchTransactions> {
  const api = scriptedApi((path, query) => (path === '/accounts' ? accounts : script(path, query)))
  return await fetchTransactions(testPermit('transactions'), api, november, now)
}

function line(path: string): Readonly<Record<string, unknown>> {
  return {
    transactionId: `of-${path}`,
    transactionTimestamp: path.includes('card') ? '2026-11-02T10:00:00Z' : '2026-11-03T10:00:00Z',
    postedTimestamp: '2026-11-04T05:00:00Z',
    debitCreditMemo: 'DEBIT',
    status: 'POSTED',
    amount: 5.25,
  }
}
