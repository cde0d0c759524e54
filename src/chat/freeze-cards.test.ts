import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChatWorld, bytesOf, createChatWorld, only, stepsOf, textOf } from '../../test/setup/chat-world.ts'
import { eventually } from '../../test/setup/eventually.ts'
import type { CardAct, CardState } from '../banks/index.ts'
import { Secret, refusal, success } from '../kernel/index.ts'

let world: ChatWorld
/** What the bank was told, in order; keys stand as they came. */
let told: CardAct[]
let cards: CardState[]

beforeAll(async () => {
  world = await createChatWorld()
})
beforeEach(async () => {
  await world.open()
  told = []
  cards = [card('account-1', '4821'), card('account-2', '1111')]
  world.bank.fetchCards = async () => success({ cards, declines: [] })
  world.bank.changeCard = async (_permit, act) => {
    told.push(act)
    return success({ ...card(act.accountId, act.accountId === 'account-1' ? '4821' : '1111'), status: act.to })
  }
})
afterEach(() => world.close())
afterAll(() => world.end())

function card(accountId: string, digits: string): CardState {
  return { accountId, lastDigits: new Secret(digits), status: 'active', since: undefined }
}

test('"freeze" with several cards asks which one and freezes none; a tap on one freezes that one', async () => {
  await world.link('1', 'full')
  const asked = only(await world.ask('1', 'freeze my card'))
  expect(told).toEqual([])
  expect(stepsOf(asked)).toEqual(['Card 4821', 'Card 1111', 'Freeze all cards'])
  const done = only(await world.tap('1', 'freeze:1111'))
  expect(told.map(({ accountId, to }) => [accountId, to])).toEqual([['account-2', 'frozen']])
  expect(textOf(done)).toContain('Your card ending 1111 is frozen as of')
})

test('the only card is frozen at once, and a yes to the offer freezes them all', async () => {
  await world.link('2', 'rounded')
  cards = [card('account-1', '4821')]
  const done = only(await world.ask('2', 'freeze my card'))
  expect(textOf(done)).toContain('Your card is frozen as of')
  expect(textOf(done)).not.toContain('4821')
  cards = [card('account-1', '4821'), card('account-2', '1111')]
  await world.ask('2', 'freeze my card')
  expect(textOf(only(await world.ask('2', 'yes')))).toContain('2 cards are frozen')
  expect(told).toHaveLength(3)
})

test('in a sealed chat the question and the answer are the same bytes for whoever has one card, several or none', async () => {
  await world.link('3', 'sealed')
  await world.link('4', 'sealed')
  await world.link('5', 'sealed')
  const heard = new Map<string, string[]>()
  for (const [psid, own] of [
    ['3', cards],
    ['4', cards.slice(0, 1)],
    ['5', []],
  ] as const) {
    cards = [...own]
    const lines: string[] = []
    for (const text of [
      'freeze my card',
      'freeze all my cards',
      'freeze the card ending 4821',
      'freeze the blue one',
    ]) {
      lines.push(...(await world.ask(psid, text)).map((body) => bytesOf(body).replace(/\d{1,2}:\d\d/g, '…')))
    }
    heard.set(psid, lines)
  }
  expect(heard.get('4')).toEqual(heard.get('3'))
  expect(heard.get('5')).toEqual(heard.get('3'))
  expect(heard.get('3')?.join('')).not.toMatch(/1111/)
  expect(told.map(({ accountId }) => accountId).sort()).toEqual([
    'account-1',
    'account-1',
    'account-1',
    'account-1',
    'account-2',
  ])
})

test('a bank that cannot be reached is said at once and tried again under the same keys, until it is done', async () => {
  await world.link('6', 'sealed')
  const works = world.bank.changeCard
  const keys: string[] = []
  world.bank.changeCard = async (_permit, act) => {
    keys.push(act.key)
    return refusal('banks/unreachable')
  }
  const failed = only(await world.ask('6', 'freeze all my cards'))
  expect(textOf(failed)).toContain("I couldn't freeze cards")
  expect(textOf(failed)).toContain('call the number on the back of your card')
  world.bank.changeCard = works
  await world.clone.admin.run(`UPDATE platform.job SET due_at = clock_timestamp() WHERE kind = 'chat.freeze-again'`)
  await eventually('it is done', () => world.said('6').some((body) => textOf(body).includes('is frozen')))
  expect(told.map(({ key }) => key).sort()).toEqual(keys.sort())
  expect(new Set(keys).size).toBe(2)
})

test('a crash after the bank acted repeats nothing: the second run is the same act, and one answer is given', async () => {
  await world.link('13', 'full')
  cards = [card('account-1', '4821')]
  const works = world.bank.changeCard
  world.bank.changeCard = async (permit, act) => {
    world.bank.changeCard = works
    await works(permit, act)
    throw new Error('the process died here')
  }
  expect(textOf(only(await world.ask('13', 'freeze my card')))).toContain('is frozen')
  expect(told).toHaveLength(2)
  expect(told[1]).toEqual(told[0])
  expect(world.said('13').filter((body) => textOf(body).includes('is frozen'))).toHaveLength(1)
})

test('"don\'t freeze", "is it frozen?" and words about somebody else\'s card freeze nothing', async () => {
  await world.link('7', 'full')
  for (const text of [
    "don't freeze my card",
    'is my card frozen?',
    "my mum's card was stolen",
    'yes',
    'unfreeze my card',
  ]) {
    await world.ask('7', text)
  }
  expect(told).toEqual([])
})

test('unfreezing is a page with a passkey, whatever is written', async () => {
  await world.link('8', 'full')
  const offer = only(await world.ask('8', 'unfreeze my card'))
  expect(JSON.stringify(offer)).toContain('http://localhost:1/me/cards')
  expect(told).toEqual([])
})

test('two wishes in one message: the freeze first, then the question, each answered once', async () => {
  await world.link('9', 'full')
  cards = [card('account-1', '4821')]
  const [first, second] = await world.ask('9', "what's my balance and freeze my card", 2)
  expect(textOf(first ?? {})).toContain('is frozen')
  expect(textOf(second ?? {})).toContain("can't read")
  expect(told).toHaveLength(1)
  await eventually('no job is left', async () => (await world.count(`platform.job WHERE kind LIKE 'chat.%'`)) === 0)
  expect(await world.count('channels.inbound_message WHERE sealed IS NOT NULL')).toBe(0)
})

test('without a linked bank, or leave to see cards, it is said where a card can be frozen now', async () => {
  expect(textOf(only(await world.ask('10', 'freeze my card')))).toContain('call the number on the back of your card')
  await world.link('11', 'full', { classes: ['account-list', 'balance'] })
  expect(textOf(only(await world.ask('11', 'freeze my card')))).toContain('leave to see your cards')
})

test('a stolen wallet: freezing all is offered before any question, and a yes does it', async () => {
  await world.link('12', 'sealed')
  const offer = only(await world.ask('12', 'my wallet was stolen'))
  expect(textOf(offer)).toContain('Shall I freeze all your cards now?')
  expect(stepsOf(offer)[0]).toBe('Freeze all cards')
  await world.ask('12', 'yes please')
  expect(told).toHaveLength(2)
})
