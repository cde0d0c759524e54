import { expect, test } from 'vitest'
import { Secret } from '../../kernel/index.ts'
import { matchAccount } from './match-account.ts'
import { matchMerchant } from './match-merchant.ts'

const paid = (merchant: string, city?: string) => ({
  merchant: new Secret(merchant),
  description: new Secret(merchant.toUpperCase()),
  place: city === undefined ? undefined : new Secret({ city }),
})

const own = [
  paid('AMZN Mktp US*2K4XY9'), paid('Amazon.com'), paid('SQ *Blue Bottle Coffee'), paid('STARBUCKS 12345 BERLIN', 'Berlin'), paid('Starbucks', 'Madrid'), paid("McDonald's 0231"),
  paid('Uber'), paid('Uber Eats'), paid('Balance Gym'), paid('Balance Bar GmbH'), paid('Café Zürich AG', 'Zürich'), paid('LIDL DIENSTLEISTUNG'), paid('Lidl 0234', 'Lyon'), paid('Vattenfall Europe Sales GmbH'),
] // prettier-ignore

const shopOf = (words: string) => {
  const found = matchMerchant(words, own)
  if (found.found === 'one') return [found.match.transactions.length]
  return found.found === 'none' ? 'none' : found.matches.map(({ name }) => name)
}

test('a shop is found whatever the till wrote', () => {
  expect(shopOf('amazon')).toEqual([2])
  expect(shopOf('starbucks')).toEqual([2])
  expect(shopOf('lidl')).toEqual([2])
  expect(shopOf('mcdonalds')).toEqual([1])
  expect(shopOf('mc donalds')).toEqual([1])
  expect(shopOf('blue bottle')).toEqual([1])
  expect(shopOf('cafe zurich')).toEqual([1])
  expect(shopOf('vattenfall')).toEqual([1])
})

test('a slip of the finger is forgiven, another shop is not taken for it', () => {
  expect(shopOf('starbuks')).toEqual([2])
  expect(shopOf('vatenfall')).toEqual([1])
  expect(shopOf('ikea')).toBe('none')
  expect(shopOf('aldi')).toBe('none')
  expect(shopOf('')).toBe('none')
})

test('the exact name wins; names that fit as well are a choice', () => {
  expect(shopOf('uber')).toEqual([1])
  expect(shopOf('uber eats')).toEqual([1])
  expect(shopOf('balance gym')).toEqual([1])
  expect(shopOf('balance')).toEqual(['Balance Gym', 'Balance Bar GmbH'])
})

const account = (name: string, lastDigits: string, kind: string, category: 'deposit' | 'card' = 'deposit') => ({
  name: new Secret(name),
  lastDigits: new Secret(lastDigits),
  category,
  kind,
})
const accounts = [
  account('Everyday Checking', '1001', 'CHECKING'), account('Rainy Day Savings', '1002', 'SAVINGS'), account('Holiday Savings', '1003', 'SAVINGS'), account('Joint Household', '1004', 'CHECKING'),
  account('Platinum Visa', '4821', 'CREDITCARD', 'card'),
] // prettier-ignore

const digitsOf = (words: { account?: string; card_last4?: string }) => {
  const found = matchAccount(words, accounts)
  if (found.found === 'one') return found.account.lastDigits.reveal()
  return found.found === 'none' ? 'none' : found.accounts.map(({ lastDigits }) => lastDigits.reveal())
}

test('an account is found by digits, by name, and by its sort in five languages', () => {
  expect(digitsOf({ card_last4: '4821' })).toBe('4821')
  expect(digitsOf({ card_last4: '9999' })).toBe('none')
  expect(digitsOf({ account: 'rainy day' })).toBe('1002')
  expect(digitsOf({ account: 'holliday' })).toBe('1003')
  expect(digitsOf({ account: 'the joint one' })).toBe('1004')
  expect(digitsOf({ account: 'kreditkarte' })).toBe('4821')
  expect(digitsOf({ account: 'visa' })).toBe('4821')
  expect(digitsOf({ account: 'pension' })).toBe('none')
})

test('two savings accounts are two: somebody has to say which', () => {
  expect(digitsOf({ account: 'savings' })).toEqual(['1002', '1003'])
  expect(digitsOf({ account: 'ahorros' })).toEqual(['1002', '1003'])
  expect(digitsOf({ account: 'girokonto' })).toEqual(['1001', '1004'])
})
