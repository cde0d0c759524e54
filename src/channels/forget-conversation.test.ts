import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { newId } from '../../test/setup/trust-world.ts'
import type { ConversationId, CustomerId } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'
import { forgetStrangers } from './forget-conversation.ts'
import { carrierHash, sentMessages } from './sent-messages-store.ts'

let database: TestDatabase
let channel: Database

beforeAll(async () => {
  database = await cloneDatabase()
  channel = database.connect('channel')
})
afterAll(() => database.drop())

async function conversation(days: number, customer?: CustomerId): Promise<ConversationId> {
  const id = newId<ConversationId>()
  if (customer !== undefined) await database.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer])
  await database.admin.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, created_at, last_inbound_at)
     SELECT $1, 'messenger', '1', $2, '\\x00', $3, at, at FROM (SELECT clock_timestamp() - make_interval(days => $4) AS at) t`,
    [id, randomBytes(32), customer ?? null, days],
  )
  return id
}

const idRow = z.object({ id: z.uuid() })
const left = async (): Promise<readonly string[]> =>
  (await database.admin.rows(idRow, 'SELECT id FROM channels.conversation')).map(({ id }) => id)

test('people who never linked are forgotten after their silence, with a job that destroys the key; customers are not', async () => {
  const silent = await conversation(91)
  const recent = await conversation(89)
  const customer = await conversation(400, newId<CustomerId>())
  await database.admin.run(
    `INSERT INTO platform.outbox (id, channel, conversation, priority, sealed) VALUES (gen_random_uuid(), 'messenger', $1, 1, 'x')`,
    [silent],
  )
  expect(await channel.transaction((tx) => forgetStrangers(tx, 90))).toBe(1)
  expect((await left()).toSorted()).toEqual([recent, customer].toSorted())
  const jobs = await database.admin.rows(
    z.object({ kind: z.string(), key: z.string() }),
    'SELECT kind, key FROM platform.job',
  )
  expect(jobs).toEqual([{ kind: 'channels.forget-key', key: `forget:${silent}` }])
  expect(await database.admin.run('SELECT FROM platform.outbox')).toBe(0)
  expect(await channel.transaction((tx) => forgetStrangers(tx, 90))).toBe(0)
})

test('nobody is forgotten within two days, whatever is asked for', async () => {
  const today = await conversation(1)
  await channel.transaction((tx) => forgetStrangers(tx, 0))
  expect(await left()).toContain(today)
})

test('a message that was noted is known as ours in its conversation alone, until its days are over', async () => {
  const mine = await conversation(1)
  const other = await conversation(1)
  await sentMessages.note(channel, [{ conversation: mine, carrierId: 'm_1' }])
  await sentMessages.note(channel, [{ conversation: mine, carrierId: 'm_1' }])
  const hash = carrierHash('m_1')
  expect(await sentMessages.find(channel, { conversation: mine, hash })).toBeDefined()
  expect(await sentMessages.find(channel, { conversation: other, hash })).toBeUndefined()
  expect(await sentMessages.find(channel, { conversation: mine, hash: carrierHash('m_2') })).toBeUndefined()
  expect(await sentMessages.list(channel, { conversation: mine })).toHaveLength(1)
  await database.admin.run("UPDATE channels.sent_message SET sent_at = sent_at - interval '91 days'")
  expect(await sentMessages.sweep(channel)).toBe(1)
  expect(await sentMessages.find(channel, { conversation: mine, hash })).toBeUndefined()
})
