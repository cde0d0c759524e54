import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CardAct, CardState } from '../../src/banks/index.ts'
import { Secret, success } from '../../src/kernel/index.ts'
import {
  type CentreBrowser,
  type CentreCustomer,
  type CentreWorld,
  createCentreBrowser,
  createCentreWorld,
  signed,
} from './centre-world.ts'

// P4: a card is frozen with one tap and unfrozen only by a fresh passkey over a challenge for that very card.

let world: CentreWorld
let told: CardAct[]
let status: CardState['status']

beforeAll(async () => {
  world = await createCentreWorld({
    bank: {
      fetchCards: async () =>
        success({
          cards: [{ accountId: 'account-1', lastDigits: new Secret('4821'), status, since: undefined }],
          declines: [],
        }),
      changeCard: async (_permit, act) => {
        told.push(act)
        return success({ accountId: act.accountId, lastDigits: new Secret('4821'), status: act.to, since: undefined })
      },
    },
  })
})
beforeEach(() => {
  told = []
  status = 'active'
})
afterAll(() => world.end())

const purposes = { 'answer-customer': ['account-list', 'balance', 'card-status'] } as const

async function signedIn(): Promise<{ readonly customer: CentreCustomer; readonly browser: CentreBrowser }> {
  const customer = await world.addCustomer({ purposes })
  const browser = createCentreBrowser(world.origin)
  await browser.signIn(customer.passkey)
  return { customer, browser }
}

async function pathOf(browser: CentreBrowser): Promise<string> {
  const { text } = await browser.get('/me/cards')
  return /action="(\/me\/cards\/[\w-]{22})\//.exec(text)?.[1] ?? ''
}

test('the page shows each card as the bank says it is, and one tap freezes it', async () => {
  const { browser } = await signedIn()
  const page = await browser.get('/me/cards')
  expect(page.text).toContain('Card ending 4821')
  const path = await pathOf(browser)
  expect((await browser.post(`${path}/freeze`)).headers.location).toBe('/me/cards?done=cardFrozen')
  expect(told).toMatchObject([{ accountId: 'account-1', to: 'frozen' }])
})

test('a session alone unfreezes nothing; a passkey for another act, another card or another session neither', async () => {
  const { customer, browser } = await signedIn()
  status = 'frozen'
  const path = await pathOf(browser)
  expect((await browser.post(`${path}/unfreeze`)).status).toBe(403)
  const forPhrase = signed(customer.passkey, (await browser.options('/me/phrase/challenge')).challenge)
  expect((await browser.post(`${path}/unfreeze`, { response: forPhrase })).status).toBe(403)
  const otherCard = `/me/cards/${'A'.repeat(22)}/unfreeze`
  const forOther = signed(customer.passkey, (await browser.options(`${otherCard}/challenge`)).challenge)
  expect((await browser.post(`${path}/unfreeze`, { response: forOther })).status).toBe(403)
  const elsewhere = createCentreBrowser(world.origin)
  await elsewhere.signIn(customer.passkey)
  const forHere = signed(customer.passkey, (await browser.options(`${path}/unfreeze/challenge`)).challenge)
  expect((await elsewhere.post(`${path}/unfreeze`, { response: forHere })).status).toBe(403)
  expect(told).toEqual([])
  const stranger = await signedIn()
  expect((await browser.approve(`${path}/unfreeze`, stranger.customer.passkey)).status).toBe(403)
  expect(told).toEqual([])
  expect((await browser.approve(`${path}/unfreeze`, customer.passkey)).headers.location).toBe(
    '/me/cards?done=cardUnfrozen',
  )
  expect(told).toMatchObject([{ accountId: 'account-1', to: 'active' }])
})

test('a card that is none of the customer’s is not acted on, whoever signs', async () => {
  const { customer, browser } = await signedIn()
  const answer = await browser.approve(`/me/cards/${'B'.repeat(22)}/unfreeze`, customer.passkey)
  expect(answer.headers.location).toBe('/me/cards?done=cardUnchanged')
  expect(told).toEqual([])
})

test('without leave to see cards, the page says so and asks no bank', async () => {
  const customer = await world.addCustomer()
  const browser = createCentreBrowser(world.origin)
  await browser.signIn(customer.passkey)
  expect((await browser.get('/me/cards')).text).toContain('No cards are shared')
})
