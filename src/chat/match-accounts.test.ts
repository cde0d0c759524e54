import { expect, test } from 'vitest'
import { Secret } from '../kernel/index.ts'
import { matchAccounts } from './match-accounts.ts'

const accounts = [
  { name: 'Everyday Checking', lastDigits: '1122', category: 'deposit' },
  { name: 'Rainy Day Savings', lastDigits: '0093', category: 'deposit' },
  { name: 'Travel Visa', lastDigits: '4821', category: 'card' },
  { name: 'Gold Visa', lastDigits: '7730', category: 'card' },
] as const

const meant = (words: string | undefined, lastDigits?: string): readonly string[] =>
  matchAccounts(
    {
      words: words === undefined ? undefined : new Secret(words),
      lastDigits: lastDigits === undefined ? undefined : new Secret(lastDigits),
    },
    accounts,
  ).map((index) => accounts[index]?.name ?? '')

test.each([
  ['savings', ['Rainy Day Savings']],
  ['rainny day', ['Rainy Day Savings']],
  ['ahorros', ['Rainy Day Savings']],
  ['girokonto', ['Everyday Checking']],
  ['compte courant', ['Everyday Checking']],
  ['visa', ['Travel Visa', 'Gold Visa']],
  ['kreditkarte', ['Travel Visa', 'Gold Visa']],
  ['gold visa', ['Gold Visa']],
  ['holiday fund', []],
])('"%s" means the accounts that its writer would say', (words, names) => expect(meant(words)).toEqual(names))

test('last digits decide before words', () => {
  expect(meant('visa', '4821')).toEqual(['Travel Visa'])
  expect(meant(undefined, '9999')).toEqual([])
})
