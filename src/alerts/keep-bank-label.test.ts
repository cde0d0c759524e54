import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createAlertsWorld } from '../../test/setup/alerts-world.ts'
import type { AlertsWorld } from '../../test/setup/alerts-world.ts'
import type { BankLabel } from '../banks/index.ts'
import { isUuid } from '../kernel/index.ts'
import { keepBankLabel } from './keep-bank-label.ts'
import type { SeenUse } from './seen-use.ts'

let world: AlertsWorld
beforeAll(async () => {
  world = await createAlertsWorld()
})
afterAll(() => world.end())
beforeEach(() => world.bank.cards.clear())

/** Somebody with a question about a use of their card; sent, or still on its way. */
async function asked(change: Parameters<AlertsWorld['addCustomer']>[0] = {}) {
  const customer = await world.addCustomer(change)
  const made = world.use(customer)
  await world.take(made)
  await world.run()
  const [alert] = await world.rows(customer)
  if (alert === undefined) throw new Error('no alert')
  return { customer, made, alert: alert.id }
}

function labelOf({ id, customer, institution }: SeenUse, isFraud: boolean): BankLabel {
  const isEvent = (text: string): text is BankLabel['event'] => isUuid(text)
  if (!isEvent(id)) throw new Error('no id')
  return { event: id, customer, institution, isFraud }
}

const labels = (event: string) =>
  world.clone.admin.rows(
    z.object({ is_fraud: z.boolean(), source: z.string() }),
    'SELECT is_fraud, source FROM alerts.label WHERE event = $1 ORDER BY seq',
    [event],
  )

const stateOf = async ({ customer }: Awaited<ReturnType<typeof asked>>) => (await world.rows(customer))[0]?.state

describe('a bank that finds fraud while its customer is being asked', () => {
  test('ends the question, takes back what was not sent yet, and is labelled once, as the bank’s word', async () => {
    const one = await asked()
    expect(await world.waiting(one.customer)).toHaveLength(1)
    const label = labelOf(one.made, true)
    expect(await keepBankLabel(world.database, label)).toBe('kept')
    expect(await keepBankLabel(world.database, label)).toBe('kept')
    await world.run()
    expect(await stateOf(one)).toBe('closed')
    expect(await world.waiting(one.customer)).toEqual([])
    expect(await labels(one.made.id)).toEqual([{ is_fraud: true, source: 'bank' }])
  })

  test('"not me" after it still freezes the card', async () => {
    const one = await asked()
    await keepBankLabel(world.database, labelOf(one.made, true))
    await world.reply(one.alert, 'not-me')
    await world.run()
    expect(await stateOf(one)).toBe('protected')
    expect([...world.bank.acts.keys()].filter((key) => key.includes(one.alert))).toHaveLength(1)
  })

  test('"it was me" after it opens nothing', async () => {
    const one = await asked({ disclosure: 'full' })
    await keepBankLabel(world.database, labelOf(one.made, true))
    await world.reply(one.alert, 'it-was-me')
    await world.run()
    expect(await stateOf(one)).toBe('closed')
    expect(await labels(one.made.id)).toEqual([{ is_fraud: true, source: 'bank' }])
  })

  test('disturbs no freeze: a card that is frozen stays so', async () => {
    const one = await asked()
    await world.reply(one.alert, 'not-me')
    await world.run()
    await keepBankLabel(world.database, labelOf(one.made, true))
    await world.run()
    expect(await stateOf(one)).toBe('protected')
    expect((await labels(one.made.id)).map(({ source }) => source)).toEqual(['customer', 'bank'])
  })

  test('a label that came before the question ends it when it is said again', async () => {
    const customer = await world.addCustomer()
    const made = world.use(customer)
    await keepBankLabel(world.database, labelOf(made, true))
    await world.take(made)
    await world.run()
    expect((await world.rows(customer))[0]?.state).toBe('asked')
    await keepBankLabel(world.database, labelOf(made, true))
    expect((await world.rows(customer))[0]?.state).toBe('closed')
    expect(await labels(made.id)).toHaveLength(1)
  })
})

test('what a bank says many times at once, over many connections, is kept once', async () => {
  const customer = await world.addCustomer()
  for (let round = 0; round < 10; round += 1) {
    const made = world.use(customer)
    await Promise.all(Array.from({ length: 8 }, () => keepBankLabel(world.database, labelOf(made, true))))
    expect(await labels(made.id)).toHaveLength(1)
  }
})

test('a bank that finds no fraud ends no question: the customer’s answer still counts', async () => {
  const one = await asked()
  await keepBankLabel(world.database, labelOf(one.made, false))
  expect(await stateOf(one)).toBe('asked')
  await world.reply(one.alert, 'not-me')
  await world.run()
  expect(await stateOf(one)).toBe('protected')
})

test('a label of another use, or of another customer’s, ends no question', async () => {
  const [one, other] = [await asked(), await asked()]
  await keepBankLabel(world.database, labelOf(other.made, true))
  await keepBankLabel(world.database, { ...labelOf(one.made, true), customer: other.customer.id })
  expect([await stateOf(one), await stateOf(other)]).toEqual(['asked', 'closed'])
})
