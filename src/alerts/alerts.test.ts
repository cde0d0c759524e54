import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createAlertsWorld } from '../../test/setup/alerts-world.ts'
import type { AlertsWorld, WatchedCustomer } from '../../test/setup/alerts-world.ts'

let world: AlertsWorld

beforeAll(async () => {
  world = await createAlertsWorld()
})
afterAll(async () => {
  await world.end()
})
beforeEach(() => {
  world.bank.cards.clear()
  world.bank.down = false
})

const textsOf = async (customer: WatchedCustomer): Promise<readonly string[]> =>
  (await world.waiting(customer)).map(({ reply }) => reply.text)

/** Somebody with a question that was put. */
async function asked(
  change: Parameters<AlertsWorld['addCustomer']>[0] = {},
  use: Parameters<AlertsWorld['use']>[1] = {},
) {
  const customer = await world.addCustomer(change)
  const made = world.use(customer, { accountId: `account-1`, ...use })
  await world.take(made)
  await world.run()
  const [alert] = await world.rows(customer)
  if (alert === undefined) throw new Error('no alert')
  return { customer, made, alert: alert.id }
}

const labels = (event: string) =>
  world.clone.admin.rows(
    z.object({ is_fraud: z.boolean(), informed: z.boolean(), source: z.string() }),
    'SELECT is_fraud, informed, source FROM alerts.label WHERE event = $1 ORDER BY seq',
    [event],
  )

describe('a suspicious use of a card', () => {
  test('is asked about once, sealed, with three buttons that need no page', async () => {
    const { customer, made, alert } = await asked()
    await world.take(made)
    await world.run()
    const messages = await world.waiting(customer)
    expect(messages).toHaveLength(1)
    const [message] = messages
    expect(message?.reply.text).toBe(
      'Your bank has a question about a card payment. Was it you? We will never ask for a code, PIN or password, or tell you to move money.',
    )
    expect(message?.priority).toBe(0)
    expect(message?.reply.buttons?.map((button) => button.title)).toEqual(['Not me', 'It was me', 'See details'])
    expect(message?.reply.buttons?.[0]).toMatchObject({ payload: `alert:${alert}:not-me` })
    expect(message?.leave).toMatchObject([{ level: 'sealed' }])
  })

  test('"not me" freezes the card at the bank once, opens a case with a person, and labels the use', async () => {
    const { customer, made, alert } = await asked()
    await world.reply(alert, 'not-me')
    await world.reply(alert, 'not-me')
    await world.run()
    expect(world.bank.cards.get('account-1')).toBe('frozen')
    expect([...world.bank.acts.keys()].filter((key) => key.includes(alert))).toHaveLength(1)
    const [row] = await world.rows(customer)
    expect(row).toMatchObject({ state: 'protected' })
    expect(row?.case_number).toMatch(/^\d{4}-\d{4}$/)
    expect(await labels(made.id)).toEqual([{ is_fraud: true, informed: false, source: 'customer' }])
    expect((await textsOf(customer)).some((text) => text.startsWith('Your card is frozen as of'))).toBe(true)
    expect(
      await world.clone.admin.rows(
        z.object({ kind: z.string() }),
        'SELECT kind FROM desk.fraud_case WHERE customer = $1',
        [customer.id],
      ),
    ).toEqual([{ kind: 'fraud' }])
  })

  test('a killed worker freezes nothing twice, at whichever step it dies', async () => {
    const customer = await world.addCustomer()
    const made = world.use(customer)
    await world.take(made)
    const killed = async (): Promise<void> => {
      for (let rounds = 0; rounds < 20; rounds += 1) {
        const due = await world.jobs()
        if (due.length === 0) return
        for (const row of due) {
          await world.step(row, { finish: false, attempt: 20 })
          await world.step(row, { finish: false, attempt: 20 })
          await world.step(row, { attempt: 20 })
        }
      }
    }
    await killed()
    const [alert] = await world.rows(customer)
    await world.reply(alert?.id ?? '', 'not-me')
    await killed()
    expect([...world.bank.acts.keys()].filter((key) => key.includes(alert?.id ?? '-'))).toHaveLength(1)
    expect((await world.rows(customer))[0]?.state).toBe('protected')
    // The question that nobody was sent yet is taken back, and none comes a second time.
    expect((await textsOf(customer)).filter((text) => text.startsWith('Your bank has a question'))).toEqual([])
  })

  test('of a card that is frozen is asked by nobody', async () => {
    const customer = await world.addCustomer()
    const made = world.use(customer)
    world.bank.cards.set('account-1', 'frozen')
    await world.take(made)
    await world.run()
    expect(await world.waiting(customer)).toEqual([])
    expect((await world.rows(customer))[0]?.state).toBe('covered')
  })

  test('is asked about although the bank does not say how the card stands', async () => {
    world.bank.down = true
    const { customer } = await asked()
    expect(await world.waiting(customer)).toHaveLength(1)
  })

  test('"it was me" counts only after the details were shown; "not me" after it still freezes', async () => {
    const sealed = await asked()
    await world.reply(sealed.alert, 'it-was-me')
    await world.run()
    expect(await labels(sealed.made.id)).toEqual([])
    expect((await textsOf(sealed.customer)).at(-1)).toContain('counts on the page')

    const full = await asked({ disclosure: 'full' })
    expect((await textsOf(full.customer))[0]).toContain('$42.10 at Corner Store, San Jose')
    await world.reply(full.alert, 'it-was-me')
    await world.run()
    expect(await labels(full.made.id)).toEqual([{ is_fraud: false, informed: true, source: 'customer' }])
    await world.reply(full.alert, 'not-me')
    await world.run()
    expect((await world.rows(full.customer))[0]?.state).toBe('protected')
    expect((await textsOf(full.customer)).at(-1)).toContain('Your card 4821 is frozen')
  })

  test('a rounded chat is told a rounded sum and no shop', async () => {
    const { customer } = await asked({ disclosure: 'rounded' })
    const [text] = await textsOf(customer)
    expect(text).toContain('$40')
    expect(text).not.toContain('Corner')
    expect(text).not.toContain('42')
  })

  test('without leave, nothing is kept and nobody is asked', async () => {
    const customer = await world.addCustomer({ alerts: false })
    await world.take(world.use(customer))
    await world.run()
    expect(await world.rows(customer)).toEqual([])
    expect(await world.waiting(customer)).toEqual([])
  })

  test('a freeze closes the other questions about the same card, and leaves those about others', async () => {
    const customer = await world.addCustomer()
    for (const accountId of ['account-1', 'account-1', 'account-2']) {
      await world.take(world.use(customer, { accountId }))
      await world.run()
    }
    const [first, second, other] = await world.rows(customer)
    await world.reply(first?.id ?? '', 'not-me')
    await world.run()
    const after = await world.rows(customer)
    expect(after.map(({ state }) => state)).toEqual(['protected', 'covered', 'asked'])
    expect(second?.id).not.toBe(other?.id)
  })

  test('further uses at the same shop join the question that is open', async () => {
    const customer = await world.addCustomer()
    const merchant = { id: 'm-same', name: 'Same', category: '5411' }
    for (let uses = 0; uses < 4; uses += 1) await world.take(world.use(customer, { merchant }))
    await world.run()
    expect(await world.waiting(customer)).toHaveLength(1)
    const [row] = await world.rows(customer)
    expect(row?.events).toHaveLength(4)
    await world.reply(row?.id ?? '', 'not-me')
    await world.run()
    for (const event of row?.events ?? []) expect(await labels(event)).toHaveLength(1)
  })

  test('a bank that is down is told again under the same key until it answers, and the customer hears both', async () => {
    const { customer, alert } = await asked()
    world.bank.down = true
    await world.reply(alert, 'not-me')
    await world.run()
    expect((await world.rows(customer))[0]?.state).toBe('protecting')
    await world.makeDue(customer)
    await world.run()
    expect((await textsOf(customer)).at(-1)).toContain('I keep trying')
    world.bank.down = false
    await world.run()
    expect(world.bank.cards.get('account-1')).toBe('frozen')
    expect((await textsOf(customer)).at(-1)).toContain('is frozen as of')
  })

  test('after sharing was stopped, "not me" still reaches a person and says what to do', async () => {
    const { customer, alert } = await asked()
    await world.clone.admin.run('UPDATE consent.grant_ SET revoked_at = now() WHERE customer = $1', [customer.id])
    await world.reply(alert, 'not-me')
    await world.run()
    const [row] = await world.rows(customer)
    expect(row?.state).toBe('unprotected')
    expect(row?.case_number).toMatch(/\d/)
    expect((await textsOf(customer)).at(-1)).toContain('the number on the back of your card')
  })

  test('nobody answers: once more, then a person', async () => {
    const { customer } = await asked()
    await world.makeDue(customer)
    await world.run()
    expect((await textsOf(customer)).at(-1)).toContain('still has a question')
    await world.makeDue(customer)
    await world.run()
    expect((await world.rows(customer))[0]?.state).toBe('expired')
    expect(
      await world.clone.admin.rows(
        z.object({ because: z.string() }),
        'SELECT because FROM desk.handover WHERE customer = $1',
        [customer.id],
      ),
    ).toEqual([{ because: 'fraud' }])
  })
})

describe('a use that nobody wonders about', () => {
  const plain = { ask: false } as const

  test('is told of with the evening’s digest, in one message for a card, and "not me" to it freezes', async () => {
    const customer = await world.addCustomer()
    const uses = [1, 2, 3].map(() => world.use(customer, {}, plain))
    for (const use of uses) await world.take(use)
    await world.run()
    expect(await world.waiting(customer)).toEqual([])
    await world.clone.admin.run('UPDATE alerts.receipt SET due_at = clock_timestamp() WHERE customer = $1', [
      customer.id,
    ])
    await world.clone.admin.run(`UPDATE platform.job SET due_at = clock_timestamp() WHERE kind = 'alerts.receipts'`)
    await world.run()
    const messages = await world.waiting(customer)
    expect(messages).toHaveLength(1)
    expect(messages[0]?.priority).toBe(2)
    expect(messages[0]?.reply.buttons?.map(({ title }) => title)).toEqual(['Not me', 'See details'])
    const [row] = await world.rows(customer)
    expect(row?.events).toHaveLength(3)
    await world.reply(row?.id ?? '', 'not-me')
    await world.run()
    expect(world.bank.cards.get('account-1')).toBe('frozen')
    for (const use of uses) expect(await labels(use.id)).toHaveLength(1)
  })

  test('is told of by nobody where none is wanted', async () => {
    const customer = await world.addCustomer()
    await world.clone.admin.run(`INSERT INTO alerts.setting (customer, receipts) VALUES ($1, 'none')`, [customer.id])
    await world.take(world.use(customer, {}, plain))
    await world.run()
    const left = 'SELECT 1 AS one FROM alerts.receipt WHERE customer = $1'
    expect(await world.clone.admin.rows(z.object({ one: z.number() }), left, [customer.id])).toEqual([])
  })
})

test('a breach at a shop is one message for each customer, and a full chat hears that it is about the shop', async () => {
  const merchant = { id: 'm-breached', name: 'Harbour Books', category: '5942' }
  const customers = await Promise.all(Array.from({ length: 20 }, () => world.addCustomer()))
  for (const customer of customers) await world.take(world.use(customer, { merchant }))
  await world.run()
  const last = await world.addCustomer({ disclosure: 'full' })
  for (let uses = 0; uses < 3; uses += 1) await world.take(world.use(last, { merchant }))
  await world.run()
  const texts = await textsOf(last)
  expect(texts).toHaveLength(1)
  expect(texts[0]).toContain('Cards used at Harbour Books may be at risk')
})
