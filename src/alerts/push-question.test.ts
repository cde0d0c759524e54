import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createAlertsWorld } from '../../test/setup/alerts-world.ts'
import type { AlertsWorld, WatchedCustomer } from '../../test/setup/alerts-world.ts'
import { bytesColumn } from '../platform/index.ts'
import { isPushRouteId, pushRoutes } from '../push/index.ts'
import type { PushRouteId } from '../push/index.ts'

let world: AlertsWorld

beforeAll(async () => {
  world = await createAlertsWorld()
})
afterAll(async () => {
  await world.end()
})
beforeEach(() => {
  world.bank.cards.clear()
})

const newRoute = (): PushRouteId => {
  const id = randomUUID()
  if (!isPushRouteId(id)) throw new Error('no id')
  return id
}

/** The browser's address is called like its row, so that the service's list can be read. */
async function addBrowser(customer: WatchedCustomer, id = newRoute()): Promise<PushRouteId> {
  const endpoint = `${world.pushService.origin}/push/${id}`
  const added = await world.browsers.add({
    id,
    customer: customer.id,
    conversations: [customer.conversation],
    endpoint,
  })
  if (!added.ok) throw new Error(added.code)
  return id
}

async function ask(customer: WatchedCustomer): Promise<string> {
  await world.take(world.use(customer, { accountId: `account-${customer.id}` }))
  await world.run()
  const [alert] = await world.rows(customer)
  return alert?.id ?? ''
}

const pushesTo = (browser: string) => world.pushService.received.filter((push) => push.browser === browser)
const routeOf = (customer: WatchedCustomer) =>
  world.clone.admin.rows(
    z.object({ id: z.string(), sealed: bytesColumn, used: z.boolean() }),
    'SELECT id::text, sealed, used_at IS NOT NULL AS used FROM alerts.push_route WHERE customer = $1',
    [customer.id],
  )
const revoke = (customer: WatchedCustomer) =>
  world.clone.admin.run(
    `UPDATE consent.grant_ SET revoked_at = clock_timestamp(), revoked_because = 'customer-on-page'
     WHERE customer = $1 AND purpose = 'fraud-alerts'`,
    [customer.id],
  )

test('a question also goes to each browser of the customer, empty, once; the reminder takes its place; a receipt goes to none', async () => {
  const customer = await world.addCustomer()
  const [one, two] = [await addBrowser(customer), await addBrowser(customer)]
  const other = await addBrowser(await world.addCustomer())
  const told = world.use(customer, { accountId: 'told' }, { ask: false })
  await world.take(told)
  await world.run()
  expect(pushesTo(one)).toEqual([])
  await ask(customer)
  for (const browser of [one, two]) expect(pushesTo(browser)).toMatchObject([{ bytes: 0, urgency: 'high' }])
  expect(pushesTo(one)[0]?.lifeSeconds).toBeGreaterThan(0)
  expect(pushesTo(one)[0]?.lifeSeconds).toBeLessThanOrEqual(900)
  expect(pushesTo(other)).toEqual([])
  expect((await routeOf(customer)).every(({ used }) => used)).toBe(true)
  await world.makeDue(customer)
  await world.run()
  expect(pushesTo(one)).toHaveLength(2)
  expect(world.pushService.waitingFor(one)).toHaveLength(1)
})

test('nothing in a push says whose question it is: two customers’ differ by nothing but the browser and a topic that follows from a secret', async () => {
  const [ada, ben] = [await world.addCustomer({ disclosure: 'full' }), await world.addCustomer()]
  const [one, two] = [await addBrowser(ada), await addBrowser(ben)]
  const alert = await ask(ada)
  await ask(ben)
  const [first, second] = [pushesTo(one)[0], pushesTo(two)[0]]
  expect(Object.keys(first ?? {})).toEqual(Object.keys(second ?? {}))
  expect({ ...first, browser: '', topic: '', at: 0, lifeSeconds: 0 }).toEqual({ ...second, browser: '', topic: '', at: 0, lifeSeconds: 0 }) // prettier-ignore
  expect(first?.topic).toMatch(/^[\w-]{32}$/)
  expect(first?.topic).not.toBe(second?.topic)
  expect(first?.topic).not.toContain(alert.slice(0, 8))
})

test('a browser that its push service does not know any more is forgotten; one that is busy is asked again until the question is over', async () => {
  const customer = await world.addCustomer()
  const [gone, busy] = [await addBrowser(customer), await addBrowser(customer)]
  world.pushService.drop(gone)
  await ask(customer)
  expect((await routeOf(customer)).map(({ id }) => id)).toEqual([busy])

  const later = await world.addCustomer()
  const slow = await addBrowser(later)
  await world.take(world.use(later, { accountId: 'slow' }))
  world.pushService.answerNext({ status: 429, headers: { 'retry-after': '30' } }, { status: 503 })
  const handler = world.alerts.pushHandlers['alerts.push']
  await untilPush()
  const [job] = (await world.jobs()).filter(({ kind }) => kind === 'alerts.push')
  if (job === undefined || handler === undefined) throw new Error('no push waits')
  const about = { ...job, createdAt: Date.now() as never }
  expect(await handler({ ...about, attempt: 1 })).toEqual({ againAfterMs: 30_000 })
  expect(await handler({ ...about, attempt: 3 })).toEqual({ againAfterMs: 20_000 })
  expect(await handler({ ...about, attempt: 4 })).toHaveProperty('finish')
  expect(pushesTo(slow)).toHaveLength(1)
  await world.reply(job.payload['alert'] ?? '', 'not-me')
  await world.run()
  expect(await handler({ ...about, attempt: 5 })).toHaveProperty('finish')
  expect(pushesTo(slow)).toHaveLength(2)

  /** Runs what is due until the push is, and leaves it. */
  async function untilPush(): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds += 1) {
      const due = await world.jobs()
      if (due.some(({ kind }) => kind === 'alerts.push')) return
      for (const row of due) await world.step(row, { attempt: 20 })
    }
  }
})

test('its address is sealed, all of one length, and opens nowhere else', async () => {
  const customer = await world.addCustomer()
  const id = newRoute()
  const long = `${world.pushService.origin}/push/${'x'.repeat(128)}`
  await addBrowser(customer)
  expect(await world.browsers.add({ id, customer: customer.id, conversations: [customer.conversation], endpoint: long })).toMatchObject({ ok: true }) // prettier-ignore
  const rows = await routeOf(customer)
  expect(rows.map(({ sealed }) => sealed.length)).toEqual([1_052, 1_052])
  for (const { sealed } of rows) expect(sealed.includes('127.0.0.1')).toBe(false)
  // Whoever adds cannot read it, and whoever could put another browser's row in its place sends nothing.
  await expect(world.consent.run('SELECT sealed FROM alerts.push_route')).rejects.toMatchObject({
    cause: { code: '42501' },
  })
  await world.clone.admin.run(
    `UPDATE alerts.push_route SET sealed = (SELECT sealed FROM alerts.push_route WHERE id = $1) WHERE customer = $2`,
    [id, customer.id],
  )
  const before = world.pushService.received.length
  const alert = world.use(customer, { accountId: 'moved' })
  await world.take(alert)
  await expect(world.run()).rejects.toMatchObject({ code: 'platform/seal-broken' })
  expect(world.pushService.received.slice(before).filter(({ browser }) => browser !== 'x'.repeat(128))).toEqual([])
  await world.clone.admin.run(`DELETE FROM platform.job WHERE kind = 'alerts.push'`)
})

test('without leave for fraud alerts no browser can be added, by the page or by the database', async () => {
  const customer = await world.addCustomer({ alerts: false })
  await expect(addBrowser(customer)).rejects.toMatchObject({ cause: { code: '42501' } })
  const stranger = await world.addCustomer()
  const mixed = { id: newRoute(), customer: customer.id, conversations: [stranger.conversation] }
  await expect(world.browsers.add({ ...mixed, endpoint: `${world.pushService.origin}/push/x` })).rejects.toMatchObject({
    cause: { code: '42501' },
  })
})

test('from the commit that ends the leave nothing is sent, and the next sweep takes the browser away; a leave that lives keeps its own', async () => {
  const [ends, lives] = [await world.addCustomer(), await world.addCustomer()]
  const [one, two] = [await addBrowser(ends), await addBrowser(lives)]
  await world.take(world.use(ends, { accountId: 'ends' }))
  await world.take(world.use(lives, { accountId: 'lives' }))
  // Both are asked; before the pushes go, one has no leave any more.
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const due = (await world.jobs()).filter(({ kind }) => kind !== 'alerts.push')
    if (due.length === 0) break
    for (const row of due) await world.step(row, { attempt: 20 })
  }
  await revoke(ends)
  await world.run()
  expect(pushesTo(one)).toEqual([])
  expect(pushesTo(two)).toHaveLength(1)
  const revoker = world.clone.connect('revoker', { poolMax: 1 })
  await pushRoutes.sweep(revoker)
  expect(await routeOf(ends)).toEqual([])
  expect(await routeOf(lives)).toHaveLength(1)
  await world.clone.admin.run(
    `UPDATE alerts.push_route SET used_at = clock_timestamp() - interval '91 days' WHERE customer = $1`,
    [lives.id],
  )
  await pushRoutes.sweep(revoker)
  expect(await routeOf(lives)).toEqual([])
  await revoker.close()
})

test('five browsers are told at most, however they are added; the same browser is one; nobody takes away another’s', async () => {
  const customer = await world.addCustomer()
  const [first] = await Promise.all([0, 1, 2, 3].map(() => addBrowser(customer)))
  const place = { customer: customer.id, conversations: [customer.conversation] }
  const add = (id: PushRouteId, browser: string) =>
    world.browsers.add({ ...place, id, endpoint: `${world.pushService.origin}/push/${browser}` })
  const tried = await Promise.all([1, 2, 3].map((number) => add(newRoute(), `more-${number}`)))
  expect(tried.filter(({ ok }) => ok)).toHaveLength(1)
  expect(tried.find(({ ok }) => !ok)).toMatchObject({ code: 'push/too-many' })
  const again = newRoute()
  expect(await add(again, first ?? '')).toMatchObject({ ok: true })
  const ids = (await world.browsers.list(customer.id)).map(({ id }) => id)
  expect(ids).toHaveLength(5)
  expect(ids).toContain(again)
  expect(ids).not.toContain(first)
  const thief = await world.addCustomer()
  expect(await world.browsers.remove(thief.id, again)).toBe(false)
  expect(await world.browsers.remove(customer.id, again)).toBe(true)
  expect(await world.browsers.remove(customer.id, again)).toBe(false)
  for (const endpoint of ['https://push.example/x', 'http://127.0.0.1:1/push/x', ' ']) {
    expect(await world.browsers.add({ ...place, id: newRoute(), endpoint })).toMatchObject({ code: 'push/endpoint-refused' }) // prettier-ignore
  }
})
