import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { dataClasses, purposes } from '../../src/kernel/index.ts'
import type { ConversationId, DataClass, Purpose } from '../../src/kernel/index.ts'
import { confirmCode } from '../../src/linking/index.ts'
import { readForms } from '../setup/html-forms.ts'
import { createLinkWorld, northBank } from './link-world.ts'
import type { LinkWorld } from './link-world.ts'
import { createVisitor } from './link-visitor.ts'
import type { Visitor } from './link-visitor.ts'

let world: LinkWorld
let sendsCardEvents = true
beforeAll(async () => {
  world = await createLinkWorld({ sendsCardEvents: () => sendsCardEvents })
})
afterAll(() => world?.end())

test('each class of data has a switch, all of them on for answers, sealed, and nobody writes unasked', async () => {
  const visitor = createVisitor()
  await visitor.walkTo(await world.offer(await world.addConversation()), '/link/sharing')
  const [form] = readForms(visitor.page.text)
  const ticked = (field: string) => form?.choices.filter(({ name }) => name === field).map(({ value, ticked: on }) => [value, on]) // prettier-ignore
  expect(ticked('class')).toEqual([
    ['account-list', true],
    ['balance', true],
    ['transactions', true],
    ['card-bills', true],
    ['card-status', true],
  ])
  // Messages that nobody asked for are offered, and off.
  expect(ticked('notices')).toEqual([['on', false]])
  // So are fraud alerts, and it says what they take.
  expect(ticked('alerts')).toEqual([['on', false]])
  expect(visitor.text()).toContain('Your bank then sends Parley each use of your cards')
  expect(visitor.text()).toContain('Parley keeps them for 13 months, sealed under your own key')
  expect(ticked('disclosure')?.find(([, on]) => on)).toEqual(['sealed', true])
})

test('what is signed is what was left on, and the summary says what is not shared', async () => {
  const { visitor, conversation } = await choose([['class', 'balance'], ['class', 'card-bills']]) // prettier-ignore
  expect(visitor.text()).toContain('What Your balances, Your card bills')
  expect(visitor.text()).toContain('Not shared Your accounts, Your payments, Your cards')
  await sign(visitor, conversation)
  expect(await held(conversation)).toEqual(['answer-customer balance', 'answer-customer card-bills'])
})

test('messages without a question are an agreement of their own, with the classes that they take', async () => {
  const { visitor, conversation } = await choose([['class', 'balance'], ['notices', 'on']]) // prettier-ignore
  expect(visitor.text()).toContain('To notify you')
  await sign(visitor, conversation)
  expect(await held(conversation)).toEqual([
    'answer-customer balance',
    'notify-customer card-bills',
    'notify-customer transactions',
  ])
  const again = await changing(visitor, conversation)
  expect(readForms(again.page.text)[0]?.choices.find(({ name }) => name === 'notices')?.ticked).toBe(true)
})

test('fraud alerts are an agreement of their own, signed for each card use and for the freeze', async () => {
  const { visitor, conversation } = await choose([['class', 'balance'], ['alerts', 'on']]) // prettier-ignore
  expect(visitor.text()).toContain('What Each use of your cards, Your cards What for To warn you about fraud')
  await sign(visitor, conversation)
  const alerts = ['fraud-alerts card-events', 'fraud-alerts card-status']
  expect(await held(conversation)).toEqual(['answer-customer balance', ...alerts])
  // Changing something else keeps them, unless they are turned off and that is signed.
  const again = await changing(visitor, conversation)
  expect(readForms(again.page.text)[0]?.choices.find(({ name }) => name === 'alerts')?.ticked).toBe(true)
  await again.press('Review', { disclosure: 'rounded' })
  await again.press('Sign with my passkey')
  expect(await held(conversation)).toEqual(['answer-customer balance', ...alerts])
})

test('where a bank tells nobody of card uses, fraud alerts are not offered', async () => {
  const visitor = createVisitor()
  sendsCardEvents = false
  try {
    await visitor.walkTo(await world.offer(await world.addConversation()), '/link/sharing')
  } finally {
    sendsCardEvents = true
  }
  expect(visitor.text()).toContain('Your bank does not tell Parley of card payments as they happen')
  expect(visitor.page.text).toMatch(/name="alerts"[^>]* disabled/)
})

test('a link from before a class was offered goes on; what the bank was not asked for cannot be chosen', async () => {
  const { visitor, conversation } = await choose([['class', 'balance']])
  await sign(visitor, conversation)
  await world.admin.run(
    `INSERT INTO institutions.bank_consent (customer, institution, consent_hash, classes)
     SELECT customer, $2, decode(repeat('07', 32), 'hex'), ARRAY['account-list', 'balance']
     FROM channels.conversation WHERE id = $1`,
    [conversation, northBank],
  )
  const again = await changing(visitor, conversation)
  expect(again.text()).toContain('Your bank’s permission does not cover this yet')
  const disabled = [...again.page.text.matchAll(/value="([\w-]+)"[^>]* disabled/g)].map(([, value]) => value)
  expect(disabled).toEqual(['transactions', 'card-bills', 'card-status', 'on', 'on'])
  await again.press('Review', { disclosure: 'rounded' })
  await again.press('Sign with my passkey')
  expect(await held(conversation)).toEqual(['answer-customer balance'])
})

/** A fresh person's way to the summary with these choices. */
async function choose(
  fields: readonly (readonly [string, string])[],
): Promise<{ visitor: Visitor; conversation: ConversationId }> {
  const conversation = await world.addConversation()
  const visitor = createVisitor()
  await visitor.walkTo(await world.offer(conversation), '/link/sharing')
  const endDate = readForms(visitor.page.text)[0]?.fields.find(([name]) => name === 'endDate')?.[1] ?? ''
  const rest = [['purpose', 'answer-customer'], ['disclosure', 'sealed'], ['endDate', endDate]] as const // prettier-ignore
  visitor.page = await visitor.browser.submit(visitor.page, '/link/sharing', [...fields, ...rest])
  return { visitor, conversation }
}

async function sign(visitor: Visitor, conversation: ConversationId): Promise<void> {
  await visitor.press('Sign with my passkey')
  const code = />\s*(\d{3}) (\d{3})\s*</.exec(visitor.page.text)?.slice(1).join('') ?? ''
  expect(await world.answer.transaction((tx) => confirmCode(world, tx, { conversation, code }))).toBe('confirmed')
}

/** The same person at the page where sharing is changed. */
async function changing(visitor: Visitor, conversation: ConversationId): Promise<Visitor> {
  const again = createVisitor(visitor.authenticator)
  await again.open(await world.offer(conversation, 'change'))
  await again.press('Start')
  await again.press('I have a passkey here')
  await again.press('Change this')
  return again
}

async function held(conversation: ConversationId): Promise<readonly string[]> {
  const shape = z.object({ purpose: z.enum(purposes), data_class: z.enum(dataClasses) })
  const rows: readonly { purpose: Purpose; data_class: DataClass }[] = await world.admin.rows(
    shape,
    `SELECT purpose, data_class FROM consent.grant_ g WHERE conversation = $1 AND consent.holds_now(g)
     ORDER BY purpose, data_class`,
    [conversation],
  )
  return rows.map(({ purpose, data_class }) => `${purpose} ${data_class}`)
}
