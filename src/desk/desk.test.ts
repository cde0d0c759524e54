import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { createDeskWorld } from '../../test/setup/desk-world.ts'
import type { DeskWorld } from '../../test/setup/desk-world.ts'
import { createErasureWorld } from '../../test/setup/erasure-world.ts'
import type { ErasureWorld } from '../../test/setup/erasure-world.ts'
import { agree, banks, createTrustWorld, newId, sharingTerms } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { countOf } from '../../test/attacks/gate-scene.ts'
import { lowerDisclosure } from '../consent/index.ts'
import type { MessageId } from '../kernel/index.ts'
import { createMetrics } from '../platform/index.ts'
import { agentsDesk, sweepDesk } from './index.ts'
import type { OpenHandover } from './index.ts'

let database: TestDatabase
let world: TrustWorld
let people: ErasureWorld
let desk: DeskWorld
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  people = createErasureWorld(database, world)
  desk = createDeskWorld(database, world)
  await desk.addAgent('priya.shah', { institutions: [banks.north] })
  await desk.addAgent('noor', { institutions: [banks.north] })
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const only = async (login: string) => {
  const listed = await agentsDesk.list(desk.deps, login)
  if (!listed.ok) throw new Error(listed.code)
  return listed.value
}
const take = async (agent: string, handover?: OpenHandover['handover'], name = 'Priya'): Promise<OpenHandover> => {
  const taken = await agentsDesk.take(desk.deps, { agent, handover, name })
  if (!taken.ok) throw new Error(taken.code)
  return taken.value
}
const back = async (agent: string, { handover }: Pick<OpenHandover, 'handover'>): Promise<void> => {
  const given = await agentsDesk.giveBack(desk.deps, { agent, handover, note: undefined, closesCase: false })
  if (!given.ok) throw new Error(given.code)
}

test('a question waits with its words, is taken, answered and handed back, and the customer hears of each step', async () => {
  const maya = await people.addCustomer()
  const coming = await desk.ask(maya, 'Why was my card refused in Lyon?')
  expect(coming).toMatchObject({ isNew: true, isStaffed: true, waitMinutes: undefined })
  expect(await desk.answer.transaction((tx) => desk.port.isWithPerson(tx, maya.conversation))).toBeUndefined()
  expect(await desk.hear(maya, 'nobody hears this')).toBe(false)

  const [place] = await only('priya.shah')
  expect(place).toMatchObject({ institution: banks.north, because: 'asked', isMine: false, isLate: false })
  expect(JSON.stringify(place)).not.toContain('Lyon')
  const open = await take('priya.shah')
  expect(open.question.reveal()).toBe('Why was my card refused in Lyon?')
  expect(open.thread).toEqual([])
  expect(await desk.answer.transaction((tx) => desk.port.isWithPerson(tx, maya.conversation))).toEqual({
    name: 'Priya',
    institutionName: banks.north,
  })

  const said = await agentsDesk.say(desk.deps, {
    agent: 'priya.shah',
    handover: open.handover,
    words: 'I am looking at it now.',
  })
  expect(said).toEqual({ ok: true, value: { carried: 'chat' } })
  expect(await desk.hear(maya, 'thank you!')).toBe(true)
  const again = await take('priya.shah', open.handover)
  expect(again.isNew).toBe(false)
  expect(again.thread.map(({ by, text }) => [by, text.reveal()])).toEqual([
    ['agent', 'I am looking at it now.'],
    ['customer', 'thank you!'],
  ])
  await back('priya.shah', open)
  const told = (await desk.told(maya.conversation)).map(({ text }) => text)
  expect(told).toHaveLength(3)
  expect(told[0]).toMatch(/^Priya from north-bank has joined, and what Priya writes is not automated\./)
  expect(told[1]).toBe('Priya from north-bank: I am looking at it now.')
  expect(told[2]).toMatch(/^Priya has handed this chat back\. From here on it is automated again\./)
  expect(await desk.hear(maya, 'and now?')).toBe(false)
  expect(await only('priya.shah')).toEqual([])
})

test('the same message makes one place and one case, however often it is told; a further one joins the place that waits', async () => {
  const maya = await people.addCustomer()
  const message = newId<MessageId>()
  const first = await desk.openCase(maya, 'I did not pay this', { message })
  const second = await desk.openCase(maya, 'I did not pay this', { message })
  expect(second).toEqual(first)
  expect(await desk.ask(maya, 'I did not pay this', { message })).toMatchObject({ isNew: true })
  expect(first.reference).toMatch(/^\d{4}-\d{4}$/)
  await Promise.all([desk.ask(maya, 'hello?'), desk.ask(maya, 'is anybody there?')])
  expect(await countOf(database.admin, `desk.handover WHERE conversation = '${maya.conversation}'`)).toBe(1)
  expect(await countOf(database.admin, `desk.fraud_case WHERE customer = '${maya.id}'`)).toBe(1)
  // Once it is over, the message that asked asks no second time.
  const open = await take('noor', (await only('noor'))[0]?.handover, 'Noor')
  expect(open.fraudCase).toMatchObject({ number: first.reference, kind: 'fraud' })
  expect(open.thread.map(({ text }) => text.reveal()).toSorted()).toEqual(['hello?', 'is anybody there?'])
  await back('noor', open)
  await desk.openCase(maya, 'I did not pay this', { message })
  expect(await only('noor')).toEqual([])
  // Words of fraud within a day mean the case that is open; a dispute may be about another payment each time.
  expect((await desk.openCase(maya, 'and again: fraud')).reference).toBe(first.reference)
  const dispute = await desk.openCase(maya, 'one payment', { kind: 'dispute' })
  expect((await desk.openCase(maya, 'another payment', { kind: 'dispute' })).reference).not.toBe(dispute.reference)
  await back('noor', await take('noor', undefined, 'Noor'))
})

test('what is urgent goes first, then what is due first; what waits can be given up', async () => {
  const [calm, soon, urgent] = [await people.addCustomer(), await people.addCustomer(), await people.addCustomer()]
  await desk.ask(calm, 'calm', { deadlineSeconds: 7_200 })
  await desk.ask(soon, 'soon', { deadlineSeconds: 1_800 })
  await desk.ask(urgent, 'urgent', { because: 'crisis', priority: 'urgent', deadlineSeconds: 7_200 })
  const order = ['urgent', 'soon', 'calm']
  for (const expected of order.slice(0, 2)) {
    const open = await take('priya.shah')
    expect(open.question.reveal()).toBe(expected)
    await back('priya.shah', open)
  }
  expect(await desk.answer.transaction((tx) => desk.port.cancel(tx, calm.conversation))).toBe(true)
  expect(await desk.answer.transaction((tx) => desk.port.cancel(tx, calm.conversation))).toBe(false)
  expect(await only('priya.shah')).toEqual([])
})

test('an agent who goes quiet loses the conversation: back in its place, the customer told, once, and somebody else takes it', async () => {
  const maya = await people.addCustomer()
  await desk.ask(maya, 'are you there?')
  const { handover } = await take('priya.shah')
  expect(await desk.follow('desk.lease', handover)).toBe(false)
  await desk.age(handover, 'lease_until', '1 second')
  // From that moment nobody has it, whether or not the job has come round: neither words nor a return count.
  expect(await desk.hear(maya, 'hello?')).toBe(false)
  expect(await agentsDesk.say(desk.deps, { agent: 'priya.shah', handover, words: 'sorry' })).toEqual({
    ok: false,
    code: 'desk/not-yours',
  })
  expect(await desk.follow('desk.lease', handover)).toBe(true)
  expect(await desk.follow('desk.lease', handover)).toBe(true)
  const told = (await desk.told(maya.conversation)).map(({ text }) => text)
  expect(told).toHaveLength(2)
  expect(told[1]).toMatch(
    /^Priya has gone quiet, so your question is back in the queue, in its old place\. Somebody should answer by /,
  )
  expect((await only('noor'))[0]).toMatchObject({ handover, lapses: 1, isMine: false })
  const open = await take('noor', handover, 'Noor')
  expect((await desk.told(maya.conversation)).at(-1)?.text).toMatch(/^Noor from north-bank has joined/)
  expect(await agentsDesk.take(desk.deps, { agent: 'priya.shah', handover, name: 'Priya' })).toEqual({
    ok: false,
    code: 'desk/nothing-waits',
  })
  await back('noor', open)
})

test('a promised time that passes is told once and counted, and whoever comes before it is not late', async () => {
  const [late, served] = [await people.addCustomer(), await people.addCustomer()]
  await desk.ask(late, 'late')
  const handover = (await only('noor'))[0]?.handover
  if (handover === undefined) throw new Error('nobody waits')
  expect(await desk.follow('desk.late', handover)).toBe(false)
  await desk.age(handover, 'deadline_at', '1 second')
  expect(await desk.follow('desk.late', handover)).toBe(true)
  expect(await desk.follow('desk.late', handover)).toBe(true)
  const told = await desk.told(late.conversation)
  expect(told).toHaveLength(1)
  expect(told[0]?.text).toMatch(/^Nobody has come by .* as I had said\..*number on the back of your card/)
  expect((await only('noor'))[0]).toMatchObject({ isLate: true })
  expect((await desk.metrics.render()).text).toContain('parley_desk_promises_missed_total{outcome="late"} 1')
  await back('noor', await take('noor', handover, 'Noor'))

  await desk.ask(served, 'served')
  const open = await take('noor', undefined, 'Noor')
  await desk.age(open.handover, 'deadline_at', '1 second')
  expect(await desk.follow('desk.late', open.handover)).toBe(true)
  expect(await desk.told(served.conversation)).toHaveLength(1)
  await back('noor', open)
})

test('how long it takes is said only when five were served within the hour and somebody works now', async () => {
  const asked = await Promise.all(Array.from({ length: 6 }, () => people.addCustomer()))
  for (const one of asked.slice(0, 5)) {
    expect((await desk.ask(one, 'how long?')).waitMinutes).toBeUndefined()
  }
  await database.admin.run('UPDATE desk.handover SET first_taken_at = NULL')
  const opened: OpenHandover[] = []
  for (const { handover } of await only('noor')) {
    await desk.age(handover, 'asked_at', '150 seconds')
    opened.push(await take('noor', handover, 'Noor'))
  }
  const [sixth] = asked.slice(5)
  if (sixth === undefined) throw new Error('unreachable')
  expect((await desk.ask(sixth, 'how long?')).waitMinutes).toBe(3)
  // Nobody takes more than one person can serve.
  expect(await agentsDesk.take(desk.deps, { agent: 'noor', handover: undefined, name: 'Noor' })).toEqual({
    ok: false,
    code: 'desk/held-enough',
  })
  for (const each of opened) await back('noor', each)
  expect((await desk.ask(sixth, 'and now?')).waitMinutes).toBeUndefined()
  await back('noor', await take('noor', undefined, 'Noor'))
})

test('figures that an agent types go to the page behind the passkey, as long as the chat is not full', async () => {
  const maya = await people.addCustomer()
  await desk.ask(maya, 'how much?')
  const { handover } = await take('priya.shah')
  const say = (words: string) => agentsDesk.say(desk.deps, { agent: 'priya.shah', handover, words })
  expect(await say('You have $1,842.17.')).toEqual({ ok: true, value: { carried: 'sealed-page' } })
  expect(await say('That is nine thousand euros.')).toEqual({ ok: true, value: { carried: 'sealed-page' } })
  const [, first, second] = await desk.told(maya.conversation)
  expect(first).toEqual(second)
  expect(first?.links).toEqual(['https://parley.test/me/person'])
  expect(JSON.stringify(await desk.told(maya.conversation))).not.toMatch(/1,842|nine thousand/)

  // Full, by the customer's own passkey: then the chat carries it, as long as that is so when it goes.
  const consent = database.connect('consent', { poolMax: 1 })
  await agree(consent, maya, sharingTerms(maya.id, { conversation: maya.conversation, disclosure: 'full' }))
  expect(await say('You have $1,842.17.')).toEqual({ ok: true, value: { carried: 'chat' } })
  expect((await desk.told(maya.conversation)).at(-1)).toMatchObject({
    text: 'Priya from north-bank: You have $1,842.17.',
    leave: 2,
  })
  await lowerDisclosure(desk.answer, maya.conversation, 'sealed')
  expect(await say('You have $1,842.17.')).toEqual({ ok: true, value: { carried: 'sealed-page' } })
  await back('priya.shah', { handover })
})

test('where nobody answers for a bank no time is promised, and none is broken', async () => {
  const maya = await people.addCustomer()
  const coming = await desk.ask(maya, 'hello?', { institution: banks.south })
  expect(coming).toMatchObject({ isNew: true, isStaffed: false, waitMinutes: undefined })
  await desk.addAgent('sam', { institutions: [banks.south] })
  const [place] = await only('sam')
  if (place === undefined) throw new Error('nobody waits')
  await desk.age(place.handover, 'deadline_at', '1 second')
  expect(await desk.follow('desk.late', place.handover)).toBe(true)
  expect(await desk.told(maya.conversation)).toEqual([])
  await back('sam', await take('sam', undefined, 'Sam'))
})

test('to somebody without a passkey figures are not said at all, and words are', async () => {
  const conversation = await people.addStranger()
  await desk.ask({ conversation }, 'what does an account cost?', { institution: banks.north })
  const { handover, customer } = await take('priya.shah')
  expect(customer).toBeUndefined()
  const say = (words: string) => agentsDesk.say(desk.deps, { agent: 'priya.shah', handover, words })
  expect(await say('It is 5 dollars.')).toEqual({ ok: false, code: 'desk/no-sealed-page' })
  expect(await say('It costs nothing.')).toEqual({ ok: true, value: { carried: 'chat' } })
  await back('priya.shah', { handover })
})

test('an erasure takes everything of the desk with it, and what the law keeps of a case lies under the hold key', async () => {
  const maya = await people.addCustomer()
  const opened = await desk.openCase(maya, 'I did not pay this')
  const { handover } = await take('noor', undefined, 'Noor')
  await agentsDesk.say(desk.deps, { agent: 'noor', handover, words: 'I am here.' })
  const erasure = await people.begin(maya)
  await people.follow(erasure)
  for (const table of ['handover', 'message', 'look']) {
    expect(await countOf(database.admin, `desk.${table} WHERE conversation = '${maya.conversation}'`), table).toBe(0)
  }
  expect(await countOf(database.admin, `desk.fraud_case WHERE number = '${opened.reference}'`)).toBe(0)
  const receipt = await people.receiptOf(erasure)
  expect(receipt['kept']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ item: 'fraud-case', basis: '12 CFR 1005.13', how: 'sealed-under-hold-key' }),
    ]),
  )
  expect(JSON.stringify(receipt)).not.toContain(opened.reference)
})

test('what ended goes after thirty days, and a place that nobody came to is closed after a week', async () => {
  const [old, left] = [await people.addCustomer(), await people.addCustomer()]
  await desk.ask(old, 'old')
  const open = await take('noor', undefined, 'Noor')
  await back('noor', open)
  await desk.age(open.handover, 'ended_at', '31 days')
  await desk.ask(left, 'left')
  const [place] = await only('noor')
  if (place === undefined) throw new Error('nobody waits')
  await desk.age(place.handover, 'deadline_at', '8 days')
  const metrics = createMetrics({ processMetrics: false })
  await sweepDesk({ database: desk.deps.database, metrics })
  expect((await metrics.render()).text).toContain('parley_desk_handovers{outcome="late"} 1')
  expect(await countOf(database.admin, `desk.handover WHERE id = '${open.handover}'`)).toBe(0)
  expect(await countOf(database.admin, `desk.look WHERE handover = '${open.handover}'`)).toBe(1)
  expect(await only('noor')).toEqual([])
})
