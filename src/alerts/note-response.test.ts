import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createAlertsWorld } from '../../test/setup/alerts-world.ts'
import type { AlertsWorld, WatchedCustomer } from '../../test/setup/alerts-world.ts'

let world: AlertsWorld
beforeAll(async () => {
  world = await createAlertsWorld()
})
afterAll(() => world.end())

const letCount = (customer: WatchedCustomer) =>
  world.clone.admin.run(
    `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
     SELECT terms, customer, institution, channel, conversation, 'service-use', 'service-statistics', disclosure, expires_at
     FROM consent.grant_ WHERE customer = $1 LIMIT 1`,
    [customer.id],
  )

test('an answer to an alert leaves a band of time, once, and only where the customer lets themselves be counted', async () => {
  const [counted, other] = [await world.addCustomer(), await world.addCustomer()]
  await letCount(counted)
  for (const customer of [counted, other]) {
    await world.take(world.use(customer, { accountId: 'account-1' }))
    await world.run()
    const [alert] = await world.rows(customer)
    if (alert === undefined) throw new Error('no alert')
    await world.clone.admin.run(
      `UPDATE alerts.fraud_alert SET asked_at = asked_at - interval '10 minutes' WHERE customer = $1`,
      [customer.id],
    )
    await world.reply(alert.id, 'not-sure')
    await world.run()
    await world.reply(alert.id, 'not-me')
    await world.run()
  }
  const rows = await world.clone.admin.rows(
    z.object({ customer: z.string(), measure: z.string(), cell: z.string() }),
    'SELECT customer, measure, cell FROM statistics.contribution',
  )
  expect(rows).toEqual([{ customer: counted.id, measure: 'alert', cell: 'half-hour' }])
})
