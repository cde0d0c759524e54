import { describe, expect, test } from 'vitest'
import { decimalText, toInstant } from '../../kernel/index.ts'
import type { Account } from '../bank.ts'
import { parseExactJson } from '../exact-json.ts'
import { findAccount, lacksBalances, readAccount, readBalances } from './read-account.ts'

const deposit =
  '"accountCategory":"DEPOSIT_ACCOUNT","accountId":"a-1","accountType":"SAVINGS","accountNumberDisplay":"xxxx-5820",' +
  '"nickname":"Rainy day","productName":"Saver","status":"OPEN","currency":{"currencyCode":"USD"}'
const card =
  '"accountCategory":"LOC_ACCOUNT","accountId":"c-1","accountType":"CREDITCARD","productName":"Card",' +
  '"currency":{"currencyCode":"USD"}'

describe('figures', () => {
  test('a deposit account has what is in it and what can be spent', () => {
    const account = read(
      `{${deposit},"currentBalance":-10.05,"availableBalance":4.6E1,"balanceAsOf":"2026-11-22T06:00:00Z"}`,
    )
    expect(figures(account)).toEqual({ current: '-10.05', available: '46.00' })
    expect(account.balances[0]?.asOf).toBe(toInstant(Date.parse('2026-11-22T06:00:00Z')))
    expect(account).toMatchObject({ id: 'a-1', category: 'deposit', kind: 'SAVINGS' })
    expect([account.name.reveal(), account.lastDigits?.reveal()]).toEqual(['Rainy day', '5820'])
  })

  test('what is owed on a card is positive, an overpaid card negative', () => {
    const line = '"availableCredit":8302.73,"creditLine":10000'
    expect(figures(read(`{${card},"currentBalance":1722.81,${line}}`))).toEqual({
      owed: '1722.81',
      'credit-available': '8302.73',
      'credit-limit': '10000.00',
    })
    expect(figures(read(`{${card},"currentBalance":-3.5}`))).toEqual({ owed: '-3.50' })
  })

  test('the newer field wins, and the older one stands in for it where it is absent or null', () => {
    expect(figures(read(`{${card},"currentBalance":1,"principalBalance":2}`))).toEqual({ owed: '1.00' })
    expect(figures(read(`{${card},"principalBalance":2}`))).toEqual({ owed: '2.00' })
    expect(figures(read(`{${card},"currentBalance":null,"principalBalance":2}`))).toEqual({ owed: '2.00' })
  })

  test('an account of FDX 4, wrapped in a member named for its kind, is read too', () => {
    const wrapped = '{"locAccount":{"accountId":"c-4","accountType":"CREDITCARD","currency":{"currencyCode":"JPY"},'
    const account = read(`${wrapped}"currentBalance":1200}}`)
    expect(account.category).toBe('card')
    expect(figures(account)).toEqual({ owed: '1200' })
  })

  test('a kind of account that we do not know has no figures and is not guessed at', () => {
    const text = `{${deposit.replace('DEPOSIT_ACCOUNT', 'BNPL_ACCOUNT')},"currentBalance":5}`
    expect(read(text)).toMatchObject({ category: 'other', balances: [] })
  })

  test('a short account says that its balances are elsewhere', () => {
    expect(lacksBalances(raw(`{${deposit}}`))).toBe(true)
    expect(lacksBalances(raw(`{${deposit},"availableBalance":0}`))).toBe(false)
    expect(lacksBalances(raw(`{${deposit.replace('DEPOSIT_ACCOUNT', 'ANNUITY_ACCOUNT')}}`))).toBe(false)
  })
})

test.each([
  ['an amount as text', `{${deposit},"currentBalance":"5.00"}`],
  ['an amount as an object', `{${deposit},"currentBalance":{"amount":5}}`],
  ['a tenth of a cent', `{${deposit},"currentBalance":5.001}`],
  ['a floating-point accident', `{${deposit},"currentBalance":0.30000000000000004}`],
  ['an amount beyond all money', `{${deposit},"currentBalance":1e30}`],
  ['no currency', `{${deposit.replace('"currency":{"currencyCode":"USD"}', '"currency":{}')},"currentBalance":5}`],
  ['a currency as text', `{${deposit.replace('{"currencyCode":"USD"}', '"USD"')},"currentBalance":5}`],
  ['a currency in small letters', `{${deposit.replace('USD', 'usd')},"currentBalance":5}`],
  ['a name that is a number', `{${deposit.replace('"Rainy day"', '7')},"currentBalance":5}`],
  ['a time that is a number', `{${deposit},"currentBalance":5,"balanceAsOf":1700000000}`],
])('%s makes the account unreadable', (_name, text) => {
  expect(readBalances(raw(text))).toEqual({ ok: false, code: 'banks/unreadable' })
})

test.each([
  ['an account that is text', '"a-1"'],
  ['an id that is a number', `{${deposit.replace('"a-1"', '1')}}`],
  ['an empty id', `{${deposit.replace('"a-1"', '""')}}`],
  ['an id of 257 characters', `{${deposit.replace('a-1', 'a'.repeat(257))}}`],
  ['a category that is missing', `{${deposit.replace('"accountCategory":"DEPOSIT_ACCOUNT",', '')}}`],
  ['a wrapper around nothing', '{"depositAccount":null}'],
])('%s is not an account', (_name, text) => {
  expect(findAccount(parseExactJson(text))).toEqual({ ok: false, code: 'banks/unreadable' })
})

test('a time without a zone is no time, and the balance stands', () => {
  const account = read(`{${deposit},"currentBalance":5,"balanceAsOf":"2026-11-22T06:00:00"}`)
  expect(account.balances[0]?.asOf).toBeUndefined()
})

test('a name cannot rearrange the line it is shown in, nor fill a page', () => {
  const name = `\\u202eevil\\u0000\\n  name${'x'.repeat(500)}`
  const account = readAccount(raw(`{${deposit.replace('Rainy day', name)}}`))
  const shown = account.ok ? account.value.name.reveal() : ''
  expect(shown).toMatch(/^evil namex+$/)
  expect(shown).toHaveLength(100)
})

function raw(text: string): Parameters<typeof readBalances>[0] {
  const account = findAccount(parseExactJson(text))
  if (!account.ok) throw new Error(account.code)
  return account.value
}

function read(text: string): Account {
  const account = readBalances(raw(text))
  if (!account.ok) throw new Error(account.code)
  return account.value
}

function figures(account: Account): Record<string, string> {
  return Object.fromEntries(account.balances.map(({ kind, amount }) => [kind, decimalText(amount.reveal())]))
}
