import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { countRows, createEndingWorld } from '../../test/setup/ending-world.ts'
import type { EndingWorld } from '../../test/setup/ending-world.ts'
import { createTrustWorld, newId } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { endings } from '../consent/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import type { Job } from '../platform/index.ts'
import { alertsEndingJobs, askAlertsEnd } from './alerts-ending.ts'

let database: TestDatabase
let trust: TrustWorld
let world: EndingWorld

beforeAll(async () => {
  database = await cloneDatabase()
  trust = await createTrustWorld(database)
  world = createEndingWorld(database, trust)
})
beforeEach(() => database.admin.run('TRUNCATE platform.job, consent.alerts_ending'))
afterAll(async () => {
  await trust.end()
  await database.drop()
})

/** Somebody whom this conversation answers and warns. */
async function warned() {
  const conversation = newId<ConversationId>()
  const purposes = { 'answer-customer': ['account-list', 'balance'], 'fraud-alerts': ['card-events'] } as const
  return { conversation, ...(await world.link({ conversation, purposes })) }
}

const alerts = (conversation: ConversationId): Promise<number> =>
  countRows(
    database.admin,
    "consent.grant_ WHERE conversation = $1 AND purpose = 'fraud-alerts' AND revoked_at IS NULL",
    [conversation],
  )

const jobRow = z.object({ kind: z.string(), payload: z.record(z.string(), z.string()), wait: z.number() })
const timers = () =>
  database.admin.rows(
    jobRow,
    `SELECT kind, payload, extract(epoch FROM due_at - clock_timestamp())::float8 AS wait FROM platform.job
     WHERE kind LIKE 'revocation.alerts-%' ORDER BY due_at`,
  )
const notices = async (): Promise<readonly (string | undefined)[]> =>
  (
    await database.admin.rows(
      jobRow,
      `SELECT kind, payload, 0::float8 AS wait FROM platform.job WHERE kind = 'notices.tell' ORDER BY id`,
    )
  ).map(({ payload }) => payload['kind'])

async function run(kind: string): Promise<void> {
  const [timer] = (await timers()).filter((each) => each.kind === kind)
  const handler = alertsEndingJobs[kind]
  if (timer === undefined || handler === undefined) throw new Error('no such timer')
  const job: Job = { id: 1n, kind, key: kind, payload: timer.payload, attempt: 1, createdAt: world.clock.now() }
  const outcome = await handler(job)
  if ('finish' in outcome) await world.revoker.transaction((tx) => outcome.finish(tx))
}

/** As if so many hours had gone by since somebody asked. */
async function pass(hours: number): Promise<void> {
  await database.admin.run(
    `UPDATE consent.alerts_ending SET asked_at = asked_at - make_interval(hours => $1),
       ends_at = ends_at - make_interval(hours => $1)`,
    [hours],
  )
  await database.admin.run('UPDATE consent.grant_ SET starts_at = starts_at - make_interval(hours => $1)', [hours])
}

test('words alone end no fraud alert: they begin a day, tell the other chats at once, and set two timers', async () => {
  const { conversation } = await warned()
  const asked = await world.answer.transaction((tx) => askAlertsEnd(tx, conversation))
  expect(asked?.isNew).toBe(true)
  expect(await alerts(conversation)).toBe(1)
  expect(await notices()).toEqual(['alertsEnding'])
  const [warn, end] = await timers()
  expect(warn?.kind).toBe('revocation.alerts-warn')
  expect(warn?.wait).toBeGreaterThan(20.9 * 3600)
  expect(end?.wait).toBeGreaterThan(23.9 * 3600)

  const again = await world.answer.transaction((tx) => askAlertsEnd(tx, conversation))
  expect(again).toEqual({ endsAt: asked?.endsAt, isNew: false })
  expect(await timers()).toHaveLength(2)
})

test('a timer that fires early does nothing; after the day the alerts end, answers go on, and the customer hears of it', async () => {
  const { conversation } = await warned()
  await world.answer.transaction((tx) => askAlertsEnd(tx, conversation))
  await run('revocation.alerts-warn')
  await run('revocation.alerts-end')
  expect(await alerts(conversation)).toBe(1)
  expect(await notices()).toEqual(['alertsEnding'])

  await pass(22)
  await run('revocation.alerts-warn')
  await run('revocation.alerts-warn')
  await run('revocation.alerts-end')
  expect(await notices()).toEqual(['alertsEnding', 'alertsEndingSoon'])
  expect(await alerts(conversation)).toBe(1)

  await pass(2)
  await run('revocation.alerts-end')
  await run('revocation.alerts-end')
  expect(await alerts(conversation)).toBe(0)
  expect(
    await countRows(database.admin, 'consent.grant_ WHERE conversation = $1 AND revoked_at IS NULL', [conversation]),
  ).toBe(2)
  expect(
    await countRows(database.admin, "consent.ending WHERE conversation = $1 AND because = 'a-day-after-stop'", [
      conversation,
    ]),
  ).toBe(1)
  expect(await notices()).toEqual(['alertsEnding', 'alertsEndingSoon', 'alertsEnded'])
})

test('kept from any conversation of the customer, the alerts go on for good', async () => {
  const { conversation, customer } = await warned()
  await world.answer.transaction((tx) => askAlertsEnd(tx, conversation))
  expect(await endings.alerts.keep(world.answer, customer.id)).toBe(1)
  await pass(48)
  await run('revocation.alerts-warn')
  await run('revocation.alerts-end')
  expect(await alerts(conversation)).toBe(1)
  expect(await notices()).toEqual(['alertsEnding'])
  expect(await endings.alerts.keep(world.answer, customer.id)).toBe(0)
})

test('what the passkey signed after the words is not ended by them', async () => {
  const { conversation, customer } = await warned()
  await world.answer.transaction((tx) => askAlertsEnd(tx, conversation))
  await pass(12)
  await world.link(
    { conversation, purposes: { 'fraud-alerts': ['card-events'], 'answer-customer': ['balance'] } },
    customer,
  )
  await pass(12)
  await run('revocation.alerts-end')
  expect(await alerts(conversation)).toBe(1)
})

test('where there are no fraud alerts there is nothing to end; and no login of the chat can shorten the day', async () => {
  const conversation = newId<ConversationId>()
  await world.link({ conversation })
  expect(await world.answer.transaction((tx) => askAlertsEnd(tx, conversation))).toBeUndefined()

  const person = await warned()
  await world.answer.transaction((tx) => askAlertsEnd(tx, person.conversation))
  for (const text of [
    'UPDATE consent.alerts_ending SET ends_at = clock_timestamp() WHERE conversation = $1',
    'INSERT INTO consent.alerts_ending (conversation, customer, ends_at) VALUES ($1, $1, clock_timestamp())',
    `SELECT * FROM consent.end_where('a-day-after-stop', NULL, NULL, $1, NULL, NULL, NULL, 'fraud-alerts', 10)`,
    'SELECT * FROM consent.end_alerts((SELECT id FROM consent.alerts_ending WHERE conversation = $1))',
  ])
    for (const login of [world.answer, world.revoker])
      await login.run(text, [person.conversation]).catch((refused: unknown) => expect(refused).toBeInstanceOf(Error))
  expect(await alerts(person.conversation)).toBe(1)
})
