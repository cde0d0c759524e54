import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import type { ConversationId, OutboxId } from '../kernel/index.ts'
import { addToOutbox, confirmOutboxItem, loadOutboxItem, markOutboxTry, removeFromOutbox } from './outbox.ts'
import { systemRandom } from './random.ts'

let clone: TestDatabase
beforeAll(async () => {
  clone = await cloneDatabase()
})
afterAll(() => clone.drop())

const outboxId = (): OutboxId => z.custom<OutboxId>().parse(systemRandom.uuid())
const conversationId = z.custom<ConversationId>().parse(systemRandom.uuid())
const item = (id: OutboxId) =>
  ({ id, channel: 'messenger', conversationId, priority: 'answer', sealed: Buffer.from('sealed') }) as const

test('a message and its job are added together or not at all', async () => {
  const database = clone.connect('answer')
  const id = outboxId()
  const failing = database.transaction(async (tx) => {
    await addToOutbox(tx, item(id))
    throw new RangeError('no')
  })
  await expect(failing).rejects.toThrow()
  await database.transaction((tx) => addToOutbox(tx, item(id)))
  const jobs = await clone.admin.rows(z.unknown(), 'SELECT kind, key, payload, priority FROM platform.job')
  expect(jobs).toEqual([{ kind: 'send', key: `send:${conversationId}`, payload: { outboxId: id }, priority: 1 }])
})

test('a message is in doubt from its first try until it is confirmed; then its text is gone, once', async () => {
  const sender = clone.connect('channel')
  const id = outboxId()
  await addToOutbox(sender, { ...item(id), expiresInMs: 60_000 })
  expect(await loadOutboxItem(sender, id)).toMatchObject({ tries: 0, triedAgoMs: undefined, expired: false })
  await markOutboxTry(sender, id)
  const tried = await loadOutboxItem(sender, id)
  expect(tried).toMatchObject({ id, tries: 1, priority: 'answer', confirmedAt: undefined })
  expect(tried?.triedAgoMs).toBeGreaterThanOrEqual(0)
  expect(tried?.sealed).toEqual(Buffer.from('sealed'))
  expect([await confirmOutboxItem(sender, id), await confirmOutboxItem(sender, id)]).toEqual([true, false])
  expect((await loadOutboxItem(sender, id))?.sealed).toBeUndefined()
  await removeFromOutbox(sender, id)
  expect(await loadOutboxItem(sender, id)).toBeUndefined()
})

test('a confirmed message is forgotten a day later, two with each further confirmation', async () => {
  const sender = clone.connect('channel')
  await clone.admin.run('DELETE FROM platform.outbox')
  const ids = [outboxId(), outboxId(), outboxId(), outboxId()]
  for (const id of ids) await addToOutbox(sender, item(id))
  for (const id of ids.slice(0, 3)) await confirmOutboxItem(sender, id)
  await clone.admin.run(`UPDATE platform.outbox SET confirmed_at = confirmed_at - interval '25 hours'`)
  expect(await confirmOutboxItem(sender, ids[3] ?? outboxId())).toBe(true)
  const left = await clone.admin.one(z.object({ n: z.bigint() }), 'SELECT count(*) AS n FROM platform.outbox')
  expect(left.n).toBe(2n)
})

test('whoever adds messages cannot read those of others', async () => {
  await expect(clone.connect('answer').rows(z.unknown(), 'SELECT sealed FROM platform.outbox')).rejects.toThrow()
  await expect(clone.connect('inspector').rows(z.unknown(), 'SELECT sealed FROM platform.outbox')).rejects.toThrow()
})
