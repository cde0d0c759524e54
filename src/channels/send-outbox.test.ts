import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, cloneDatabase } from '../../test/setup/database.ts'
import { eventually } from '../../test/setup/eventually.ts'
import {
  type GraphBody,
  type MessengerHarness,
  echoBody,
  startMessenger,
  testKeys,
  textMessage,
} from '../../test/setup/messenger-harness.ts'
import type { Leave } from '../consent/index.ts'
import { type ConversationId, type GrantId, isUuid } from '../kernel/index.ts'
import { type Database, systemRandom } from '../platform/index.ts'
import { type Reply, queueReply } from './index.ts'

let clone: TestDatabase
let answer: Database
let gateway: MessengerHarness

beforeAll(async () => {
  clone = await cloneDatabase()
  answer = clone.connect('answer', { poolMax: 1 })
})
beforeEach(async () => {
  await clone.admin.run('TRUNCATE channels.conversation, platform.job, platform.job_claim, platform.outbox CASCADE')
  gateway = await startMessenger(clone)
})
afterEach(() => gateway.close())
afterAll(() => clone.drop())

const idShape = z.object({ id: z.string() })
const countShape = z.object({ count: z.bigint() })

/** Somebody has written, so there is a conversation to answer. */
async function begin(psid = '555'): Promise<ConversationId> {
  await gateway.write(psid, textMessage('hi'))
  const row = await clone.admin.one(idShape, 'SELECT id FROM channels.conversation ORDER BY created_at DESC LIMIT 1')
  await clone.admin.run(`DELETE FROM platform.job WHERE kind IN ('chat.handle', 'channels.map-person')`)
  return row.id as ConversationId
}

function queue(conversation: ConversationId, reply: Reply | string, leave: Leave = []): Promise<string> {
  const message = {
    conversation: { id: conversation, channel: 'messenger' },
    reply: typeof reply === 'string' ? { text: reply } : reply,
    priority: 'answer',
    leave,
  } as const
  return answer.transaction((tx) => queueReply({ random: systemRandom, keystore: testKeys }, tx, message))
}

const sends = (): readonly GraphBody[] =>
  gateway.graph.calls.filter(({ body }) => body.message !== undefined).map(({ body }) => body)
const texts = (): readonly (string | undefined)[] => gateway.graph.messages().map(({ message }) => message?.text)
const isIdle = async (): Promise<boolean> =>
  (await clone.admin.one(countShape, 'SELECT count(*) FROM platform.job')).count === 0n
const settled = (): Promise<void> => eventually('every send has ended', isIdle)

test('a reply reaches the person once, with its outbox id, the token in a header and the proof beside it', async () => {
  const id = await queue(await begin('42'), 'hello')
  await gateway.startSender()
  await settled()
  const [call, ...others] = gateway.graph.calls.filter(({ body }) => body.message !== undefined)
  expect(others).toEqual([])
  expect(call?.path).toBe('/me/messages')
  expect(call?.headers['authorization']).toBe('Bearer page-token-of-a-test')
  expect(call?.body.appsecret_proof).toMatch(/^[0-9a-f]{64}$/)
  expect(call?.body).toMatchObject({
    recipient: { id: '42' },
    messaging_type: 'RESPONSE',
    message: { text: 'hello', metadata: id },
  })
  const left = await clone.admin.one(countShape, 'SELECT count(*) FROM platform.outbox WHERE sealed IS NOT NULL')
  expect(left.count).toBe(0n)
})

test('a message whose answer was cut off is not sent again once its echo has come', async () => {
  await gateway.close()
  // Far longer than an echo takes, on any machine: what settles the message here is the echo.
  gateway = await startMessenger(clone, { echoWaitMs: 120_000 })
  gateway.graph.decide = (body) => {
    setTimeout(() => void gateway.post(echoBody(body.message?.metadata ?? '')), 20)
    return 'take-and-cut'
  }
  await queue(await begin(), 'only once')
  await gateway.startSender()
  await settled()
  expect(texts()).toEqual(['only once'])
})

test('an echo that came to another process, or before a restart, settles a message in doubt', async () => {
  const id = await queue(await begin(), 'was there already')
  await clone.admin.run('UPDATE platform.outbox SET tries = 1, tried_at = clock_timestamp()')
  await gateway.startSender()
  await clone.admin.run('UPDATE platform.outbox SET confirmed_at = clock_timestamp(), sealed = NULL WHERE id = $1', [
    id,
  ])
  await settled()
  expect(sends()).toEqual([])
})

test('a message in doubt without an echo is sent again, but not before the wait is over, and this is counted', async () => {
  let cuts = 0
  gateway.graph.decide = () => (cuts++ === 0 ? 'take-and-cut' : undefined)
  await queue(await begin(), 'in doubt')
  const startedAt = performance.now()
  await gateway.startSender()
  await settled()
  expect(performance.now() - startedAt).toBeGreaterThan(300)
  expect(texts()).toEqual(['in doubt', 'in doubt'])
  expect((await gateway.metrics.render()).text).toContain('parley_sends_repeated_total{channel="messenger"} 1')
})

test('a message that the messenger certainly did not take is sent again without waiting for an echo', async () => {
  const refusal = (code: number): { status: number; body: unknown } => ({ status: 500, body: { error: { code } } })
  let tries = 0
  gateway.graph.decide = () => (tries++ === 0 ? refusal(2) : undefined)
  await queue(await begin(), 'later')
  await gateway.startSender()
  await settled()
  expect(texts()).toEqual(['later'])
  expect((await gateway.metrics.render()).text).not.toContain('parley_sends_repeated_total{channel="messenger"} 1')
})

test('messages of one conversation arrive in order, also when the first must be tried again', async () => {
  let tries = 0
  gateway.graph.decide = () =>
    tries++ === 0 ? { status: 503, body: { error: { code: 1, error_subcode: 99 } } } : undefined
  const conversation = await begin()
  for (const text of ['one', 'two', 'three']) await queue(conversation, text)
  await gateway.startSender()
  await settled()
  expect(texts()).toEqual(['one', 'two', 'three'])
})

test('an answer whose grant was stopped does not leave, and its words are gone', async () => {
  const stopped = '99999999-aaaa-4bbb-8ccc-000000000001' as GrantId
  await queue(await begin(), '$1,842.17 available', [{ grant: stopped, level: 'full' }])
  await gateway.startSender()
  await settled()
  expect(sends()).toEqual([])
  expect((await clone.admin.one(countShape, 'SELECT count(*) FROM platform.outbox')).count).toBe(0n)
})

test('outside the 24-hour window an answer goes out as a utility template whose button opens it', async () => {
  const conversation = await begin()
  await clone.admin.run(`UPDATE channels.conversation SET last_inbound_at = clock_timestamp() - interval '25 hours'`)
  const button = { kind: 'link', title: 'Open answer', url: 'http://localhost:1/a/token-of-a-test' } as const
  await queue(conversation, { text: 'ready', buttons: [button] })
  await gateway.startSender()
  await settled()
  expect(sends()).toMatchObject([{ messaging_type: 'UTILITY', message: { template: { name: 'answer_ready' } } }])
  expect(JSON.stringify(sends()[0])).toContain('"token-of-a-test"')
})

test('a window that only the messenger thinks closed is answered with the template at once', async () => {
  const closed = { status: 400, body: { error: { code: 10, error_subcode: 2018278 } } }
  gateway.graph.decide = (body) => (body.messaging_type === 'RESPONSE' ? closed : undefined)
  await queue(await begin(), 'late')
  await gateway.startSender()
  await settled()
  expect(gateway.graph.messages()).toMatchObject([{ message: { template: { name: 'reply_waiting' } } }])
})

test('a person who cannot be reached ends the message; a bad token holds it and raises the alarm', async () => {
  gateway.graph.decide = () => ({ status: 400, body: { error: { code: 551, error_subcode: 1545041 } } })
  await queue(await begin('1'), 'gone')
  await gateway.startSender()
  await settled()
  expect((await clone.admin.one(countShape, 'SELECT count(*) FROM platform.outbox')).count).toBe(0n)

  gateway.graph.decide = () => ({ status: 401, body: { error: { code: 190, error_subcode: 463 } } })
  await queue(await begin('2'), 'waits')
  await eventually('the alarm', async () =>
    (await gateway.metrics.render()).text.includes('parley_channel_held{channel="messenger"} 1'),
  )
  expect((await clone.admin.one(countShape, 'SELECT count(*) FROM platform.outbox')).count).toBe(1n)
})

test('replies carry ids of ours as metadata, and buttons and quick replies in the messenger’s form', async () => {
  await queue(await begin(), {
    text: 'choose',
    buttons: [{ kind: 'postback', title: 'Try again now', payload: 'intent:balance' }],
    quickReplies: [{ title: 'Help', payload: 'intent:help' }],
  })
  await gateway.startSender()
  await settled()
  const [message] = gateway.graph.messages().map((body) => body.message)
  expect(isUuid(message?.metadata ?? '')).toBe(true)
  expect(message?.attachment?.payload).toMatchObject({
    template_type: 'button',
    text: 'choose',
    buttons: [{ type: 'postback', title: 'Try again now', payload: 'intent:balance' }],
  })
  expect(message?.quick_replies).toEqual([{ content_type: 'text', title: 'Help', payload: 'intent:help' }])
})
