import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { languages } from '../channels/index.ts'
import { billDue, createNotifyWorld, dayFromNow, nightZone, refundNow } from '../../test/setup/notify-world.ts'
import type { NotifyWorld } from '../../test/setup/notify-world.ts'
import { movement } from '../answers/test-support/sample-facts.ts'

let world: NotifyWorld
beforeAll(async () => {
  world = await createNotifyWorld()
})
afterAll(async () => {
  await world.end()
})

describe('a fact that a customer wants to know', () => {
  test('is told once, whatever is looked at again', async () => {
    const customer = await world.addCustomer()
    customer.bank.bills = [billDue(2)]
    expect(await world.look(customer)).toBe(true)
    expect(await world.waiting(customer)).toHaveLength(1)
    await world.makeDue(customer)
    expect(await world.look(customer)).toBe(true)
    expect(await world.waiting(customer)).toHaveLength(1)
    // Something else is news again.
    customer.bank.transactions = [refundNow('Parcelwise', 5_299)]
    await world.makeDue(customer)
    await world.look(customer)
    expect(await world.waiting(customer)).toHaveLength(2)
  })

  test('is looked for under a ticket of its own purpose that committed before the bank was asked', async () => {
    const customer = await world.addCustomer()
    world.seen.length = 0
    await world.look(customer)
    const entry = { purpose: 'notify-customer', login: `${world.clone.prefix}notify` }
    expect(world.seen.toSorted((a, b) => (a.dataClass < b.dataClass ? -1 : 1))).toEqual([
      { dataClass: 'card-bills', ...entry },
      { dataClass: 'transactions', ...entry },
    ])
    // Nothing was new: the record says that nothing went anywhere.
    const nothing = `audit.entry WHERE customer = $1 AND event = 'disclosed' AND level = 'nothing'`
    expect(await world.count(nothing, [customer.id])).toBe(2)
    expect(await world.waiting(customer)).toEqual([])
  })

  test('from before the notices were turned on is none', async () => {
    const customer = await world.addCustomer()
    const day = dayFromNow(-3)
    customer.bank.transactions = [
      movement({ day, minor: 900, merchant: 'Parcelwise', direction: 'credit', kind: 'REFUND' }),
    ]
    await world.look(customer)
    expect(await world.waiting(customer)).toEqual([])
  })

  test('is as much in the chat as the customer lets the channel carry, and never more', async () => {
    const said: string[] = []
    for (const disclosure of ['sealed', 'rounded', 'full'] as const) {
      const customer = await world.addCustomer({ disclosure })
      customer.bank.bills = [billDue(2, 45_730)]
      customer.bank.transactions = [refundNow('Parcelwise', 5_299)]
      await world.look(customer)
      const [message] = await world.waiting(customer)
      expect(message?.reply.buttons?.[0]).toMatchObject({ kind: 'link', title: 'Open' })
      said.push(message?.reply.text ?? '')
    }
    const [sealed = '', rounded = '', full = ''] = said
    expect(sealed).not.toMatch(/\d{2}|Parcelwise|north/)
    expect(rounded).toMatch(/about \$460/)
    expect(rounded).toContain('Money came back: about $50.')
    expect(rounded).not.toMatch(/Parcelwise|457\.30|52\.99/)
    expect(full).toContain('$457.30')
    expect(full).toContain('Parcelwise')
    for (const text of said) expect(text).toContain('We will never ask for a code')
  })

  test('keeps waiting at a customer who was told enough today', async () => {
    const customer = await world.addCustomer()
    for (const merchant of ['One', 'Two', 'Three']) {
      customer.bank.transactions.push(refundNow(`Shop ${merchant}`, 1_000))
      await world.makeDue(customer)
      await world.look(customer)
    }
    expect(await world.waiting(customer)).toHaveLength(2)
    await world.clone.admin.run(`UPDATE notify.told SET told_at = told_at - interval '1 day' WHERE customer = $1`, [
      customer.id,
    ])
    await world.makeDue(customer)
    await world.look(customer)
    expect(await world.waiting(customer)).toHaveLength(3)
  })
})

test('a bank that is down is not asked again the same day, and nothing is said', async () => {
  const customer = await world.addCustomer()
  customer.bank.bills = [billDue(1)]
  customer.bank.down = true
  expect(await world.look(customer)).toBe(true)
  expect(await world.look(customer)).toBe(false)
  expect(await world.waiting(customer)).toEqual([])
  customer.bank.down = false
  await world.makeDue(customer)
  await world.look(customer)
  expect(await world.waiting(customer)).toHaveLength(1)
})

test('a notice is sent today or not at all', async () => {
  const customer = await world.addCustomer()
  customer.bank.bills = [billDue(2)]
  await world.look(customer)
  const late = `platform.outbox WHERE conversation = $1 AND expires_at > now() + interval '9 hours'`
  expect(await world.count(late, [customer.conversation])).toBe(0)
})

test('at night nobody is looked at: the turn waits for the morning', async () => {
  const night = await createNotifyWorld({ timeZone: nightZone })
  try {
    const customer = await night.addCustomer()
    customer.bank.bills = [billDue(1)]
    expect(await night.look(customer)).toBe(false)
    expect(night.seen).toEqual([])
    const morning = `notify.watch WHERE customer = $1 AND looked_at IS NULL AND next_at BETWEEN now() + interval '5 hours' AND now() + interval '9 hours'`
    expect(await night.count(morning, [customer.id])).toBe(1)
    // A customer whose own zone is known goes by that.
    await night.clone.admin.run(`UPDATE notify.watch SET time_zone = $2, next_at = now() WHERE customer = $1`, [
      customer.id,
      'Etc/GMT',
    ])
    const hour = new Date().getUTCHours()
    expect(await night.look(customer)).toBe(hour >= 9 && hour < 20)
  } finally {
    await night.end()
  }
})

describe('the page behind a notice', () => {
  test('looks at the bank once it is opened, under the same purpose, and opens once', async () => {
    const customer = await world.addCustomer()
    customer.bank.bills = [billDue(2)]
    await world.look(customer)
    const link = await world.linkOf(customer)
    // Nothing was kept behind it.
    expect(await world.count('vault.sealed_answer WHERE customer = $1', [customer.id])).toBe(0)
    world.seen.length = 0
    const opened = await world.notify.open(link, { timeZone: 'America/New_York' })
    expect(opened).toMatchObject({ ok: true, value: { document: { question: 'notices', result: { ok: true } } } })
    expect(opened.ok && opened.value.promises).toHaveLength(2)
    expect(world.seen.map(({ purpose }) => purpose)).toEqual(['notify-customer', 'notify-customer'])
    const shown = `audit.entry WHERE customer = $1 AND level = 'full' AND place = 'sealed-page' AND purpose = 'notify-customer'`
    expect(await world.count(shown, [customer.id])).toBe(2)
    expect(await world.notify.open(link, { timeZone: undefined })).toEqual({ ok: false, code: 'answers/notice-over' })
    expect(
      await world.count(`notify.watch WHERE customer = $1 AND time_zone = 'America/New_York'`, [customer.id]),
    ).toBe(1)
  })

  test('is not used up by a bank that is down', async () => {
    const customer = await world.addCustomer()
    customer.bank.bills = [billDue(2)]
    await world.look(customer)
    const link = await world.linkOf(customer)
    customer.bank.down = true
    expect(await world.notify.open(link, { timeZone: undefined })).toMatchObject({
      ok: true,
      value: { document: { result: { ok: false, reason: 'unreachable' } } },
    })
    customer.bank.down = false
    expect(await world.notify.open(link, { timeZone: undefined })).toMatchObject({
      ok: true,
      value: { document: { result: { ok: true } } },
    })
  })
})

test('a notice speaks the language of the conversation', async () => {
  const texts = new Set<string>()
  for (const language of languages) {
    const customer = await world.addCustomer()
    await world.clone.admin.run('UPDATE channels.conversation SET language = $2 WHERE id = $1', [
      customer.conversation,
      language,
    ])
    customer.bank.bills = [billDue(2)]
    await world.look(customer)
    const [message] = await world.waiting(customer)
    texts.add(message?.reply.text ?? '')
    for (const { title } of message?.reply.buttons ?? []) expect(title.length).toBeLessThanOrEqual(20)
  }
  expect(texts.size).toBe(languages.length)
})
