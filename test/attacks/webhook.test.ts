import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, cloneDatabase } from '../setup/database.ts'
import {
  type MessengerHarness,
  appSecret,
  echoBody,
  personEvent,
  sign,
  startMessenger,
  textMessage,
  verifyToken,
  webhookBody,
} from '../setup/messenger-harness.ts'

let clone: TestDatabase
let gateway: MessengerHarness

beforeAll(async () => {
  clone = await cloneDatabase()
  gateway = await startMessenger(clone)
})
beforeEach(() => clone.admin.run('TRUNCATE channels.conversation, platform.job, platform.outbox CASCADE'))
afterAll(async () => {
  await gateway.close()
  await clone.drop()
})

const countShape = z.object({ count: z.bigint() })
const countOf = async (table: string): Promise<number> =>
  Number((await clone.admin.one(countShape, `SELECT count(*) FROM ${table}`)).count)

/** Beside the one that asks for a new person's other id. */
const answerJobs = "platform.job WHERE kind = 'chat.handle'"

async function expectNothingStored(): Promise<void> {
  expect(await countOf('channels.inbound_message')).toBe(0)
  expect(await countOf('channels.conversation')).toBe(0)
  expect(await countOf(answerJobs)).toBe(0)
}

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(await response.json()).toMatchObject({ status, code })
}

/** As the messenger does: what is not ASCII goes out escaped, and the signature is over that. */
const escaped = (body: string): string =>
  body.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

describe('threat 8: a forged or replayed webhook', () => {
  test('a forged, missing or older signature is refused with 401 and nothing is stored', async () => {
    const body = webhookBody([personEvent('77', textMessage('what is my balance?'))])
    const good = sign(body)
    const flipped = good.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    const sha1 = `sha1=${createHmac('sha1', appSecret).update(body).digest('hex')}`
    const headers: readonly Record<string, string>[] = [
      { 'x-hub-signature-256': flipped },
      { 'x-hub-signature-256': '' },
      { 'x-hub-signature-256': good.slice(0, -2) },
      { 'x-hub-signature-256': `${good}00` },
      { 'x-hub-signature-256': good.toUpperCase() },
      { 'x-hub-signature-256': sha1 },
      { 'x-hub-signature-256': sign(body, 'another secret') },
      { 'x-hub-signature-256': '', 'x-hub-signature': sha1 },
    ]
    for (const header of headers) await expectProblem(await gateway.post(body, header), 401, 'channels/signature-wrong')
    const bare = await fetch(gateway.webhookUrl, { method: 'POST', body, headers: { 'x-hub-signature': sha1 } })
    await expectProblem(bare, 401, 'channels/signature-wrong')
    await expectNothingStored()

    expect((await gateway.post(body)).status).toBe(200)
    expect(await countOf('channels.inbound_message')).toBe(1)
  })

  test('a body whose bytes changed after signing is refused, even where it means the same', async () => {
    const sent = escaped(webhookBody([personEvent('77', textMessage('¿cuál es mi saldo? ä/<@%'))]))
    const reencoded = JSON.stringify(JSON.parse(sent))
    expect(reencoded).not.toBe(sent)
    const signature = { 'x-hub-signature-256': sign(sent) }
    await expectProblem(await gateway.post(reencoded, signature), 401, 'channels/signature-wrong')
    for (let bit = 0; bit < 8; bit += 1) {
      const bytes = Buffer.from(sent)
      bytes[60 + bit] = (bytes[60 + bit] ?? 0) ^ (1 << bit)
      await expectProblem(await gateway.post(bytes, signature), 401, 'channels/signature-wrong')
    }
    await expectProblem(await gateway.post(sent.slice(0, -1), signature), 401, 'channels/signature-wrong')
    await expectNothingStored()

    expect((await gateway.post(sent)).status).toBe(200)
    expect(await countOf('channels.inbound_message')).toBe(1)
  })

  test('a webhook replayed a thousand times has one effect', async () => {
    const body = webhookBody([
      personEvent('78', textMessage('balance', 'm_same')),
      personEvent('78', { postback: { title: 'Balance', payload: 'intent:balance' } }),
    ])
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.post(body)))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    }
    expect(await countOf('channels.conversation')).toBe(1)
    expect(await countOf('channels.inbound_message')).toBe(2)
    expect(await countOf(answerJobs)).toBe(2)
  })
})

test('threat 9: an oversized body is refused with 413 before anything reads it, and one just below is taken', async () => {
  const filler = (bytes: number): string => {
    const body = webhookBody([personEvent('79', textMessage('x'))])
    return `${' '.repeat(bytes - body.length)}${body}`
  }
  await expectProblem(await gateway.post(filler(256 * 1024 + 1)), 413, 'http/body-too-large')
  await expectNothingStored()
  expect((await gateway.post(filler(256 * 1024))).status).toBe(200)
  expect(await countOf('channels.inbound_message')).toBe(1)
})

test('what is signed but not JSON is 400, another object 404, and neither changes anything', async () => {
  const malformed = ['', '{', 'null', '[]', '"page"', '{"object":"page"', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])]
  for (const body of malformed) await expectProblem(await gateway.post(body), 400, 'channels/body-malformed')
  for (const object of ['instagram', '', null, 7, ['page']]) {
    await expectProblem(await gateway.post(JSON.stringify({ object, entry: [] })), 404, 'channels/object-unknown')
  }
  await expectNothingStored()
})

test('wrongly typed parts of a signed webhook are ignored with 200, and the good event beside them is taken', async () => {
  const strange: readonly unknown[] = [null, 7, '', [], {}, true, { a: { b: [] } }]
  const events = strange.flatMap((value) => [
    value,
    { sender: value, recipient: { id: '1' } },
    personEvent('80', { message: value }),
    personEvent('80', { message: { mid: value, text: 'x' } }),
    personEvent('80', { message: { mid: 'm_1', text: value, is_echo: true } }),
    personEvent('80', { message: { mid: 'm_2', is_echo: true, metadata: value } }),
    personEvent('80', { postback: value }),
    personEvent('80', { postback: { payload: value } }),
    personEvent('80', { reaction: value, read: value, delivery: value, account_linking: value }),
    { ...personEvent('80', {}), timestamp: value },
  ])
  const good = personEvent('80', textMessage('hello'))
  const body = { object: 'page', entry: [...strange, { messaging: 'x' }, { id: 1, messaging: [...events, good] }] }
  expect((await gateway.post(JSON.stringify(body))).status).toBe(200)
  expect(await countOf('channels.inbound_message')).toBe(1)
})

test('texts that no database stores (NUL, lone surrogates, a megabyte of digits) do not break the webhook', async () => {
  const texts = ['a\u0000b', '\ud800', '\udfff\ud800', '9'.repeat(200_000), '\u0001'.repeat(30_000), '𝟗'.repeat(40_000)]
  for (const text of texts) {
    const response = await gateway.write('81', { message: { mid: `m_\u0000${text.length}\ud800`, text } })
    expect(response.status).toBe(200)
  }
  expect(await countOf('channels.inbound_message')).toBe(texts.length)
})

test('an echo confirms only what it names, and a forged one confirms nothing', async () => {
  const id = '11111111-2222-4333-8444-555555555555'
  await clone.admin.run(
    `INSERT INTO platform.outbox (id, channel, conversation, priority, sealed) VALUES ($1, 'messenger', 'c', 1, '\\x00')`,
    [id],
  )
  const confirmed = `platform.outbox WHERE confirmed_at IS NOT NULL`
  await gateway.post(echoBody(id), { 'x-hub-signature-256': sign('x') })
  await gateway.post(echoBody('11111111-2222-4333-8444-666666666666'))
  await gateway.post(echoBody("' OR true --"))
  expect(await countOf(confirmed)).toBe(0)
  await gateway.post(echoBody(id))
  expect(await countOf(confirmed)).toBe(1)
})

test('the handshake gives the challenge to whoever knows the token, and 403 at once to everybody else', async () => {
  const ask = (query: Record<string, string>): Promise<Response> =>
    fetch(`${gateway.webhookUrl}?${new URLSearchParams(query).toString()}`)
  const good = { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': '1158201444' }
  const wrong: readonly Record<string, string>[] = [
    {},
    { ...good, 'hub.mode': 'SUBSCRIBE' },
    { ...good, 'hub.verify_token': 'guess' },
    { ...good, 'hub.verify_token': '' },
    { ...good, 'hub.challenge': '<script>' },
    { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken },
  ]
  for (const query of wrong) await expectProblem(await ask(query), 403, 'channels/verification-refused')
  const response = await ask(good)
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('1158201444')
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
})

test('what a person wrote is nowhere in the database but sealed, and a card number not even there', async () => {
  const canary = 'kumquat-parliament'
  await gateway.write('8675309000', textMessage(`my card is 4111 1111 1111 1111, ${canary}`))
  const dump = await clone.admin.rows(
    z.object({ line: z.string() }),
    `SELECT i::text || c::text || j::text AS line FROM channels.inbound_message i, channels.conversation c, platform.job j`,
  )
  // The message's job, and the one that asks for the person's other id.
  expect(dump).toHaveLength(2)
  const line = dump.map((row) => row.line).join('\n')
  const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex')
  // No shorter piece of the number: four digits stand in one random id of five thousand by chance.
  for (const secret of [canary, '8675309000', '4111 1111', '41111111']) {
    expect(line).not.toContain(secret)
    expect(line).not.toContain(hex(secret))
  }
})
