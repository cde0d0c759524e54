import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endings, leaveHolds, signedTerms } from '../../src/consent/index.ts'
import { toInstant } from '../../src/kernel/index.ts'
import { hasten } from '../../src/notify/index.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import { billDue, createNotifyWorld, refundNow } from '../setup/notify-world.ts'
import type { NoticedCustomer, NotifyWorld, Waiting } from '../setup/notify-world.ts'
import { addStaff, cutOff } from '../setup/staff-people.ts'
import { banks } from '../setup/trust-world.ts'
import { refusalOf } from './gate-scene.ts'

// What nobody asked for must be more careful than an answer: nobody is there to notice.

let world: NotifyWorld
beforeAll(async () => {
  world = await createNotifyWorld()
})
afterAll(async () => {
  await world.end()
})

const denied = '42501'

async function told(customer: NoticedCustomer): Promise<Waiting> {
  customer.bank.bills = [billDue(2)]
  await world.look(customer)
  const [message] = await world.waiting(customer)
  if (message === undefined) throw new Error('the honest path is broken')
  return message
}

/** Ways in which a customer, time or an operator ends it. */
const ways: Readonly<Record<string, (customer: NoticedCustomer) => Promise<unknown>>> = {
  'stopping everything': ({ id }) =>
    world.consent.transaction((tx) => endings.end(tx, { customer: id }, 'customer-on-page')),
  'turning notices off': async ({ id }) => {
    const [shared] = await signedTerms.listShared(world.consent, { customer: id })
    const grants = shared?.grants.filter(({ purpose }) => purpose === 'notify-customer').map((grant) => grant.id) ?? []
    await world.consent.transaction((tx) => endings.end(tx, { customer: id, grants }, 'narrowed'))
  },
  'turning off one kind of data': async ({ id }) => {
    const [shared] = await signedTerms.listShared(world.consent, { customer: id })
    const grants =
      shared?.grants
        .filter(({ purpose, dataClass }) => purpose === 'notify-customer' && dataClass === 'card-bills')
        .map((grant) => grant.id) ?? []
    await world.consent.transaction((tx) => endings.end(tx, { customer: id, grants }, 'narrowed'))
  },
  'stop, written in the chat': async ({ conversation }) => {
    const answer = world.clone.connect('answer', { poolMax: 1 })
    await endings.stopAnswers(answer, conversation)
  },
  'the end date': ({ id }) =>
    world.clone.admin.run(
      `UPDATE consent.grant_ SET starts_at = now() - interval '2 days', expires_at = now() - interval '1 second' WHERE customer = $1`,
      [id],
    ),
}

describe.each(Object.keys(ways))('after %s', (name) => {
  const end = (customer: NoticedCustomer): Promise<unknown> =>
    ways[name]?.(customer) ?? Promise.reject(new Error('no such way'))

  test('nothing that was found meanwhile is told or noted', async () => {
    const customer = await world.addCustomer()
    customer.bank.bills = [billDue(2)]
    await world.notify.takeTurns()
    const finish = await world.startLook(customer)
    await end(customer)
    await finish?.()
    expect(await world.waiting(customer)).toEqual([])
    expect(await world.count('notify.told WHERE customer = $1', [customer.id])).toBe(0)
    expect(await world.count('answers.link WHERE customer = $1', [customer.id])).toBe(0)
  })

  test('what waits is not sent, and its link opens nothing', async () => {
    const customer = await world.addCustomer()
    const { leave } = await told(customer)
    const channel = world.clone.connect('channel', { poolMax: 1 })
    expect(await leaveHolds(channel, leave)).toBe(true)
    await end(customer)
    expect(await leaveHolds(channel, leave)).toBe(false)
    if (name === 'turning off one kind of data') return
    world.seen.length = 0
    expect(await world.notify.open(await world.linkOf(customer), { timeZone: undefined })).toEqual({
      ok: false,
      code: 'answers/stopped',
    })
    expect(world.seen).toEqual([])
  })

  test('the bank is not asked any more', async () => {
    const customer = await world.addCustomer()
    await end(customer)
    world.seen.length = 0
    await world.look(customer)
    expect(world.seen.filter(({ dataClass }) => dataClass === 'card-bills')).toEqual([])
  })
})

test('a cut-off bank is not looked at, and what waits is held back', async () => {
  const own = await createNotifyWorld()
  try {
    const operator = await addStaff(own.clone, 'olivia')
    const customer = await own.addCustomer()
    customer.bank.bills = [billDue(2)]
    await own.look(customer)
    const [message] = await own.waiting(customer)
    await cutOff(own.clone.connect('console'), operator, { kind: 'institution', target: banks.north })
    expect(await leaveHolds(own.clone.connect('channel', { poolMax: 1 }), message?.leave ?? [])).toBe(false)
    own.seen.length = 0
    await own.makeDue(customer)
    await own.look(customer)
    expect(own.seen).toEqual([])
  } finally {
    await own.end()
  }
})

test('threat 26: sealed notices of two people are the same bytes, whatever they are about', async () => {
  const [one, other] = [await world.addCustomer(), await world.addCustomer()]
  one.bank.bills = [billDue(1, 45_730), billDue(2, 12_99)]
  other.bank.transactions = [refundNow('A shop with a name that is as long as a name may well be', 1_000_000)]
  await world.look(one)
  await world.look(other)
  const [first, second] = [...(await world.waiting(one)), ...(await world.waiting(other))]
  const bytes = (message: Waiting | undefined): string =>
    JSON.stringify(message?.reply).replaceAll(/\/a\/[\w-]{43}"/g, '/a/TOKEN"')
  expect(bytes(first)).toContain('/a/TOKEN')
  expect(bytes(first)).toBe(bytes(second))
  // Also for whoever sees only the sealed bytes: in the outbox, and behind the link.
  expect(first?.size).toBe(second?.size)
  const links = `(SELECT DISTINCT answers, data_classes, institutions, of_notice, length(question_sealed) FROM answers.link WHERE customer IN ($1, $2)) l`
  expect(await world.count(links, [one.id, other.id])).toBe(1)
})

describe('a bank is looked at for nobody more often than they agreed to', () => {
  test('not twice a day, even if the code asks for it', async () => {
    const customer = await world.addCustomer()
    expect(await world.look(customer)).toBe(true)
    expect(await world.look(customer)).toBe(false)
    const { database } = world
    const take = `SELECT notify.take($1, $2, now())`
    await database.run(`SELECT notify.put_off($1, $2, now() - interval '1 year')`, [customer.id, banks.north])
    await database.run(take, [customer.id, banks.north])
    expect(
      await world.count(`notify.watch WHERE customer = $1 AND next_at > now() + interval '22 hours'`, [customer.id]),
    ).toBe(1)
    expect(await refusalOf(database.run(`UPDATE notify.watch SET next_at = now()`))).toBe(denied)
    expect(await refusalOf(database.run(`DELETE FROM notify.watch`))).toBe(denied)
  })

  test('not by turning notices off and on', async () => {
    const customer = await world.addCustomer()
    await world.look(customer)
    await ways['turning notices off']?.(customer)
    await world.agreeTo(customer)
    expect(await world.look(customer)).toBe(false)
  })

  test('four times a day at most by a bank that says again and again that there is something new', async () => {
    const customer = await world.addCustomer()
    await world.look(customer)
    let looks = 0
    for (let event = 0; event < 8; event += 1) {
      await world.clone.admin.run(
        `UPDATE notify.watch SET looked_at = looked_at - interval '11 minutes' WHERE customer = $1`,
        [customer.id],
      )
      await world.consent.transaction((tx) => hasten(tx, banks.north, [customer.id]))
      if (await world.look(customer)) looks += 1
    }
    expect(looks).toBe(4)
  })

  test('not at all for a customer who did not ask for notices, whatever the bank says', async () => {
    const customer = await world.addCustomer({ notices: false })
    await world.consent.transaction((tx) => hasten(tx, banks.north, [customer.id]))
    expect(await world.look(customer)).toBe(false)
    // Nor by a job that somebody put into the queue.
    const handler = world.notify.handlers['notify.look']
    const payload = { customer: customer.id, institution: banks.north }
    world.seen.length = 0
    await handler?.({ id: 1n, kind: 'notify.look', key: 'x', payload, attempt: 1, createdAt: toInstant(Date.now()) })
    expect(world.seen).toEqual([])
  })

  test('not by any other login', async () => {
    const customer = await world.addCustomer()
    for (const login of ['answer', 'channel', 'fraud', 'service', 'centre', 'inspector', 'statistics'] as const) {
      const other = world.clone.connect(login, { poolMax: 1 })
      expect(
        await refusalOf(other.run('SELECT notify.hasten($1, ARRAY[$2::uuid])', [banks.north, customer.id])),
        login,
      ).toBe(denied)
      expect(await refusalOf(other.run('SELECT notify.due(1)')), login).toBe(denied)
      expect(await refusalOf(other.run('SELECT 1 FROM notify.told')), login).toBe(denied)
    }
  })
})

describe('what is kept of what was told', () => {
  test('says nothing to whoever has the database, and is not seen by the login once notices are off', async () => {
    const [one, other] = [await world.addCustomer(), await world.addCustomer()]
    await told(one)
    await told(other)
    // The same fact of two people has nothing in common.
    const same = `notify.told a JOIN notify.told b ON a.fingerprint = b.fingerprint AND a.customer <> b.customer`
    expect(await world.count(same)).toBe(0)
    const seen = (): Promise<number> => world.database.run('SELECT 1 FROM notify.told WHERE customer = $1', [one.id])
    expect(await seen()).toBe(1)
    await ways['turning notices off']?.(one)
    expect(await seen()).toBe(0)
    expect(
      await refusalOf(
        world.database.run(
          `INSERT INTO notify.told (customer, fingerprint, message) VALUES ($1, sha256('x'), gen_random_uuid())`,
          [one.id],
        ),
      ),
    ).toBe(denied)
  })

  test('is gone with the customer', async () => {
    const erasing = createErasureWorld(world.clone, world.world)
    const customer = await world.addCustomer()
    await told(customer)
    const erasure = await erasing.begin(customer)
    await erasing.follow(erasure)
    expect(await erasing.status(erasure)).toMatchObject({ state: 'done' })
    for (const table of ['notify.told', 'notify.watch', 'answers.link']) {
      expect(await world.count(`${table} WHERE customer = $1`, [customer.id]), table).toBe(0)
    }
  })
})
