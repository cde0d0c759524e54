import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalText } from '../../kernel/index.ts'
import type { AskedDetail } from '../facts.ts'
import { scriptedApi } from '../test-support/scripted-api.ts'
import { testPermit } from '../test-support/test-permit.ts'
import { fetchAccountDetails } from './fetch-details.ts'

const usd = { currency: { currencyCode: 'USD' }, accountNumberDisplay: 'x4821', accountType: 'CHECKING' }
const savings = { ...usd, accountCategory: 'DEPOSIT_ACCOUNT', accountId: 'savings', nickname: 'Rainy day', interestRate: 3.85, currentBalance: 77 } // prettier-ignore
const card = { ...usd, accountCategory: 'LOC_ACCOUNT', accountId: 'card', nickname: 'Rewards', purchasesApr: 21.99, creditLine: 8000, cardExpires: '2029-04' } // prettier-ignore
const numbers = { bankId: '990017352', identifier: '1000004821', identifierType: 'ACCOUNT_NUMBER', type: 'US_ACH' }
const rewards = { rewardPrograms: [{ programName: 'Valley Points', memberships: [{ accountIds: ['card'], balances: [{ type: 'POINTS', balance: 12450 }] }] }] } // prettier-ignore

test('rates, limit, expiry, numbers and rewards come with the account they belong to', async () => {
  const { details } = await ask()
  const [first, second] = details
  expect(first).toMatchObject({ accountId: 'savings', interestRate: '3.85', category: 'deposit' })
  expect(first?.numbers?.reveal()).toEqual({ accountNumber: '1000004821', routingNumber: '990017352', iban: undefined, bic: undefined }) // prettier-ignore
  expect(second).toMatchObject({ accountId: 'card', interestRate: '21.99', cardExpires: '2029-04', category: 'card' })
  expect(second?.creditLimit && decimalText(second.creditLimit.reveal())).toBe('8000.00')
  expect(second?.rewards?.reveal()).toEqual({ program: 'Valley Points', kind: 'points', balance: '12450' })
  expect(JSON.stringify(details)).not.toMatch(/77|1000004821|12450|8000/)
})

test('numbers and rewards are asked for only when they are wanted', async () => {
  const { asked, details } = await ask({ wanted: [] })
  expect(asked.map((path) => path.split('?')[0])).toEqual(['/accounts'])
  expect(details.flatMap((each) => [each.numbers, each.rewards]).filter((each) => each !== undefined)).toEqual([])
})

test('a bank that gives neither says nothing of them, and that is no refusal', async () => {
  const { details } = await ask({ networks: undefined, programs: undefined })
  expect(details.map(({ accountId }) => accountId)).toEqual(['savings', 'card'])
  expect(details.some((each) => each.numbers !== undefined || each.rewards !== undefined)).toBe(false)
})

test('an IBAN is known by its form, and a number that stands in for one payer is not told to others', async () => {
  const iban = { identifier: 'DE89 3704 0044 0532 0130 00', bankId: 'COBADEFFXXX' }
  const token = { ...numbers, identifier: '999999999', identifierType: 'TOKENIZED_ACCOUNT_NUMBER' }
  const { details } = await ask({ networks: { paymentNetworks: [token, iban] } })
  expect(details[0]?.numbers?.reveal()).toEqual({ accountNumber: undefined, routingNumber: undefined, iban: 'DE89370400440532013000', bic: 'COBADEFFXXX' }) // prettier-ignore
  const only = await ask({ networks: { paymentNetworks: [token] } })
  expect(only.details[0]?.numbers).toBeUndefined()
})

test.each([
  ['networks that are no list', { networks: {} }],
  ['a network that is text', { networks: { paymentNetworks: ['ACH'] } }],
  ['programmes that are no list', { programs: { rewardPrograms: {} } }],
])('%s is unreadable', async (_what, answers) => {
  await expect(ask(answers)).rejects.toThrow('banks/unreadable')
})

test('whatever a bank answers, the look ends in details or in a refusal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (networks, programs) => {
      try {
        await ask({ networks, programs })
      } catch (error) {
        expect(error).toEqual(new Error('banks/unreadable'))
      }
    }),
  )
})

async function ask(
  change: { networks?: unknown; programs?: unknown; wanted?: readonly AskedDetail[] } = {},
): Promise<{ details: readonly Detail[]; asked: readonly string[] }> {
  const answers = {
    networks: { paymentNetworks: [numbers, numbers] } as unknown,
    programs: rewards as unknown,
    ...change,
  }
  const api = scriptedApi((path) => {
    if (path === '/accounts') return JSON.stringify({ accounts: [savings, card] })
    return JSON.stringify(path === '/reward-programs' ? answers.programs : answers.networks)
  })
  const details = await fetchAccountDetails(testPermit('account-list'), api, change.wanted ?? ['numbers', 'rewards'])
  if (!details.ok) throw new Error(details.code)
  return { details: details.value, asked: api.asked }
}

type Detail = Extract<Awaited<ReturnType<typeof fetchAccountDetails>>, { ok: true }>['value'][number]
