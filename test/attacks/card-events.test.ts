// The database and the keystore as the second lock of card events: what a stolen login, or a bug in the intake, cannot do.
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database, Tx } from '../../src/platform/index.ts'
import { bigintColumn, sqlState } from '../../src/platform/index.ts'
import { createErasureWorld, tablesWith } from '../setup/erasure-world.ts'
import { cardEvent, createCardEventsWorld, sendEvent } from '../setup/card-events-world.ts'
import type { Cardholder, CardEventsWorld, Intake } from '../setup/card-events-world.ts'
import { banks } from '../setup/trust-world.ts'

let world: CardEventsWorld
let intake: Intake
let fraud: Database
beforeAll(async () => {
  world = await createCardEventsWorld()
  intake = await world.start()
  fraud = world.clone.connect('fraud')
})
afterAll(() => world.end())

const grantRow = z.object({ id: z.string() })
const ticketRow = z.object({ ticket: bigintColumn })
const denied = '42501'

async function grantOf(holder: Cardholder): Promise<string> {
  const text = `SELECT id FROM consent.grant_ WHERE customer = $1 AND data_class = 'card-events' ORDER BY starts_at DESC LIMIT 1`
  return (await world.clone.admin.one(grantRow, text, [holder.id])).id
}

async function stand(tx: Tx, holder: Cardholder): Promise<bigint | undefined> {
  const row = await tx.maybe(ticketRow, 'SELECT ticket FROM gate.stand($1, $2, $3)', [
    [await grantOf(holder)],
    [randomBytes(32)],
    [randomBytes(60)],
  ])
  return row?.ticket
}

async function add(
  tx: Tx,
  holder: Cardholder,
  id: string = randomUUID(),
  institution: string = banks.north,
): Promise<string> {
  try {
    await tx.run('SELECT gate.add_card_events($1, $2, $3, $4, $5, $6, $7, $8)', [
      [id],
      [holder.id],
      [institution],
      ['authorization'],
      [''],
      randomBytes(64),
      [1],
      [64],
    ])
    return 'stored'
  } catch (fault) {
    return sqlState(fault) ?? 'unknown'
  }
}

const read = async (tx: Tx, holder: Cardholder, ticket: bigint | null = null): Promise<number> =>
  (
    await tx.rows(z.unknown(), 'SELECT id FROM gate.card_events($1, $2, $3, NULL, 0, 100)', [
      ticket,
      holder.id,
      banks.north,
    ])
  ).length

test('threat 28: nothing is stored without a standing look, and with one it is', async () => {
  const holder = await world.addCustomer()
  expect(await add(fraud, holder)).toBe(denied)
  expect(await stand(fraud, holder)).toBeTypeOf('bigint')
  expect(await add(fraud, holder)).toBe('stored')
  expect(await add(fraud, holder, randomUUID(), banks.south)).toBe(denied)
  expect(await read(fraud, holder)).toBe(1)
})

test('a look that is opened in the same transaction stores and reads nothing, so none can be rolled back behind it', async () => {
  const holder = await world.addCustomer()
  const said = await fraud
    .transaction(async (tx) => {
      await stand(tx, holder)
      return await add(tx, holder)
    })
    .catch((fault: unknown) => sqlState(fault) ?? 'aborted')
  expect(said).not.toBe('stored')
  expect(await world.count('vault.card_event WHERE customer = $1', [holder.id])).toBe(0)
  await sendEvent(intake, cardEvent(holder.account))
  await world.clone.admin.run('DELETE FROM vault.standing WHERE customer = $1', [holder.id])
  const seen = await fraud.transaction(async (tx) => {
    await stand(tx, holder)
    return await read(tx, holder)
  })
  expect(seen).toBe(0)
})

test('a customer who gave no leave, or ended it, has no standing look, whoever asks', async () => {
  const [never, over] = [await world.addCustomer({ alerts: false }), await world.addCustomer()]
  const balance = await world.clone.admin.one(grantRow, 'SELECT id FROM consent.grant_ WHERE customer = $1', [never.id])
  const rows = await fraud.rows(ticketRow, 'SELECT ticket FROM gate.stand($1, $2, $3)', [
    [balance.id],
    [randomBytes(32)],
    [randomBytes(60)],
  ])
  expect(rows).toEqual([])
  await stand(fraud, over)
  await add(fraud, over)
  await world.stopAll(over)
  expect([await add(fraud, over), await read(fraud, over), await stand(fraud, over)]).toEqual([denied, 0, undefined])
})

test('the look of an hour is of no use in the next, for storing, reading and keys', async () => {
  const holder = await world.addCustomer()
  const ticket = await stand(fraud, holder)
  await add(fraud, holder)
  expect((await world.trust.keys.fraud.release(ticket ?? 0n)).ok).toBe(true)
  const older = `interval '5 minutes'`
  await world.clone.admin.run(
    `UPDATE audit.entry SET at = greatest(at - ${older}, date_trunc('hour', now(), 'UTC')) WHERE seq = $1`,
    [ticket ?? 0n],
  )
  expect((await world.trust.keys.fraud.release(ticket ?? 0n)).ok).toBe(true)
  await world.clone.admin.run(`UPDATE vault.standing SET hour = hour - interval '1 hour' WHERE ticket = $1`, [
    ticket ?? 0n,
  ])
  await world.clone.admin.run(`UPDATE audit.entry SET at = at - interval '1 hour' WHERE seq = $1`, [ticket ?? 0n])
  expect(await world.trust.keys.fraud.release(ticket ?? 0n)).toMatchObject({ code: 'keystore/not-live' })
  expect([await add(fraud, holder), await read(fraud, holder)]).toEqual([denied, 0])
})

test('the keys of a standing look are for the caller fraud alone', async () => {
  const holder = await world.addCustomer()
  const ticket = await stand(fraud, holder)
  for (const caller of ['answer', 'notify', 'service'] as const) {
    expect(await world.trust.keys[caller].release(ticket ?? 0n)).toMatchObject({ code: 'keystore/refused' })
  }
  expect((await world.trust.keys.fraud.release(ticket ?? 0n)).ok).toBe(true)
})

test('a row that says yes without the signature gives an entry and no key, so nothing can be stored', async () => {
  const holder = await world.addCustomer({ alerts: false })
  await world.clone.admin.run(
    `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
     SELECT terms, customer, institution, channel, conversation, 'card-events', 'fraud-alerts', disclosure, expires_at
     FROM consent.grant_ WHERE customer = $1`,
    [holder.id],
  )
  // The signed document names no fraud alerts, and the account is looked up there; with the document changed, the signature is wrong.
  expect((await sendEvent(intake, cardEvent(holder.account))).answer.verdict).toBe('observe')
  await world.clone.admin.run(
    `UPDATE consent.terms SET document = replace(document, '"answer-customer"', '"fraud-alerts"') WHERE customer = $1`,
    [holder.id],
  )
  expect((await sendEvent(intake, cardEvent(holder.account))).answer.verdict).toBe('observe')
  expect(await world.count('vault.card_event WHERE customer = $1', [holder.id])).toBe(0)
})

test('other logins neither stand nor store nor read, and nobody reads the tables', async () => {
  const holder = await world.addCustomer()
  await sendEvent(intake, cardEvent(holder.account))
  for (const login of [
    'answer',
    'notify',
    'service',
    'consent',
    'channel',
    'statistics',
    'inspector',
    'centre',
  ] as const) {
    const database = world.clone.connect(login)
    const tries = [
      'SELECT * FROM gate.card_events(NULL, gen_random_uuid(), NULL, NULL, 0, 1)',
      'SELECT * FROM gate.known_card_events(ARRAY[]::uuid[])',
      `SELECT * FROM gate.find_card_leave('x', ARRAY['y'])`,
      'SELECT sealed FROM vault.card_event',
      'SELECT ticket FROM vault.standing',
    ]
    for (const text of tries) {
      const state = await database.rows(z.unknown(), text).then(
        () => 'let in',
        (fault: unknown) => sqlState(fault),
      )
      expect([login, text, state]).toEqual([login, text, denied])
    }
  }
  const own = await fraud.rows(z.unknown(), 'SELECT sealed FROM vault.card_event').then(
    () => 'let in',
    (fault: unknown) => sqlState(fault),
  )
  expect(own).toBe(denied)
})

test('an erased customer’s events are gone, and what a backup holds opens under no key any more', async () => {
  const erasing = createErasureWorld(world.clone, world.trust)
  const holder = await world.addCustomer()
  const bystander = await world.addCustomer()
  for (const { account } of [holder, bystander]) await sendEvent(intake, cardEvent(account))
  // The work that follows an event names its customer until it is done.
  await world.clone.admin.run(`DELETE FROM platform.job WHERE kind = 'alerts.card-event'`)
  const erasure = await erasing.begin(holder)
  await erasing.follow(erasure)
  expect((await erasing.status(erasure))?.state).toBe('done')
  expect(await tablesWith(world.clone.admin, [holder.id])).not.toContain('vault.card_event.customer')
  expect(await world.count('vault.standing WHERE customer = $1', [holder.id])).toBe(0)
  expect(await world.count('vault.card_event WHERE customer = $1', [bystander.id])).toBe(1)
  expect((await sendEvent(intake, cardEvent(holder.account))).answer.verdict).toBe('observe')
  await expect(world.trust.keys.answer.auditKey(holder.id)).rejects.toThrow()
})
