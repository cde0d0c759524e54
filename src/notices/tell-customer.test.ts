import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openOutgoing } from '../channels/sealed-message.ts'
import { languages } from '../channels/index.ts'
import { Secret } from '../kernel/index.ts'
import type { ConversationId, CustomerId, OutboxId } from '../kernel/index.ts'
import { bytesColumn, systemClock, systemRandom } from '../platform/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { addInstitution, banks, newId } from '../../test/setup/trust-world.ts'
import { addNotice, noticeJobs } from './index.ts'
import { noticeKinds } from './kinds.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
  await addInstitution(database.admin, banks.north)
})
afterAll(async () => {
  await database.drop()
})

const key = new Secret<Uint8Array>(randomBytes(32))
const publicUrl = 'https://parley.test'

async function addConversation(customer: CustomerId, language: string): Promise<ConversationId> {
  const id = newId<ConversationId>()
  await database.admin.run('INSERT INTO customers.customer (id) VALUES ($1) ON CONFLICT DO NOTHING', [customer])
  await database.admin.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, language)
     VALUES ($1, 'messenger', 'page', $2, '', $3, $4)`,
    [id, randomBytes(32), customer, language],
  )
  return id
}

const jobRow = z.object({ payload: z.record(z.string(), z.string()), key: z.string() })
const outboxRow = z.object({ id: z.string(), conversation: z.string(), sealed: bytesColumn })

/** Does the job that a notice queued; gives what each conversation is told. */
async function tell(customer: CustomerId): Promise<ReadonlyMap<string, ReturnType<typeof openOutgoing>['reply']>> {
  const consent = database.connect('consent')
  const queued = await database.admin.one(jobRow, `SELECT payload, key FROM platform.job WHERE key = $1`, [
    `notice:${customer}`,
  ])
  const deps = { database: consent, keystore: { conversationKey: async () => key }, random: systemRandom, publicUrl }
  const handler = noticeJobs(deps)['notices.tell']
  const job = { ...queued, id: 1n, kind: 'notices.tell', attempt: 1, createdAt: systemClock.now() }
  const outcome = await handler?.(job)
  if (outcome === undefined || !('finish' in outcome)) throw new Error('not finished')
  await consent.transaction((tx) => outcome.finish(tx))
  const rows = await database.admin.rows(
    outboxRow,
    `SELECT o.id::text, o.conversation, o.sealed FROM platform.outbox o
     JOIN channels.conversation c ON c.id::text = o.conversation WHERE c.customer = $1`,
    [customer],
  )
  return new Map(
    rows.map(({ id, conversation, sealed }) => {
      const place = { conversation: conversation as ConversationId, id: id as OutboxId }
      return [conversation, openOutgoing(key, place, sealed).reply]
    }),
  )
}

test('a notice reaches every conversation of the customer, in its language, but not the one it is about', async () => {
  const customer = newId<CustomerId>()
  const [here, english, german] = [
    await addConversation(customer, 'en'),
    await addConversation(customer, 'en'),
    await addConversation(customer, 'de'),
  ]
  await addConversation(newId(), 'en')
  const answer = database.connect('answer')
  await addNotice(answer, { customer, kind: 'sharingEnded', params: { bank: banks.north }, except: here })
  const told = await tell(customer)
  expect([...told.keys()].toSorted()).toEqual([english, german].toSorted())
  expect(told.get(english)?.text).toBe(
    `Sharing with ${banks.north} has ended. Nothing more can be asked there. We will never ask for a code, PIN or password, or tell you to move money.`,
  )
  expect(told.get(english)?.buttons).toEqual([
    { kind: 'link', title: 'Get the receipt', url: `${publicUrl}/me/receipts` },
  ])
  expect(told.get(german)?.text).toContain(`Die Freigabe für ${banks.north} ist beendet.`)
})

test('a notice is told exactly when what it is about was done', async () => {
  const customer = newId<CustomerId>()
  await addConversation(customer, 'en')
  const undone = new Error('undone on purpose')
  const rolledBack = database.connect('consent').transaction(async (tx) => {
    await addNotice(tx, { customer, kind: 'sharingEnded', params: { bank: banks.north } })
    throw undone
  })
  await expect(rolledBack).rejects.toBe(undone)
  const counted = z.object({ count: z.bigint() })
  const { count } = await database.admin.one(counted, 'SELECT count(*) FROM platform.job WHERE key = $1', [
    `notice:${customer}`,
  ])
  expect(count).toBe(0n)
})

/** A message with buttons carries 640 characters, the safety sentence among them. */
const sentenceMax = 500

test('every kind has its words in every language, short enough with the safety sentence, and short buttons', () => {
  const folder = new URL('./words/', import.meta.url)
  expect(readdirSync(folder).toSorted()).toEqual(languages.map((language) => `${language}.json`).toSorted())
  for (const language of languages) {
    const words = z
      .record(z.string(), z.string())
      .parse(JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8')))
    for (const [kind, parts] of Object.entries(noticeKinds)) {
      const where = `${language} ${kind}`
      expect(words[`notice.${kind}`], where).toBeDefined()
      expect((words[`notice.${kind}`] ?? '').length, where).toBeLessThanOrEqual(sentenceMax)
      if ('button' in parts)
        expect((words[`button.${parts.button.title}`] ?? 'x'.repeat(21)).length, where).toBeLessThanOrEqual(20)
      if ('choice' in parts)
        expect((words[`choice.${parts.choice.title}`] ?? 'x'.repeat(21)).length, where).toBeLessThanOrEqual(20)
    }
    expect(words['safety'], language).toBeDefined()
  }
})
