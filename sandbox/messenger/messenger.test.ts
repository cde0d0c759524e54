import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../test/setup/free-port.ts'
import type { Clock } from './clock.ts'
import { isRecord, listAt, recordAt, textAt, type JsonRecord } from './json-value.ts'
import {
  makePeer,
  personText,
  readConfigText,
  startPracticeApp,
  until,
  type Peer,
  type PracticeApp,
} from './practice-app.ts'
import { startMessenger, type MessengerOptions, type RunningMessenger } from './start-messenger.ts'

const HOUR_MS = 3_600_000
let dir: string
let app: PracticeApp
let messenger: RunningMessenger
let peer: Peer
let aheadMs = 0
/** The machine's clock, moved ahead by the tests about time. */
const clock: Clock = { now: () => Date.now() + aheadMs }

async function start(options: Partial<MessengerOptions> = {}): Promise<RunningMessenger> {
  return startMessenger({
    port: 0,
    dataDir: dir,
    clock,
    webhookUrl: app.url,
    seed: 'test',
    webhookTimeoutMs: 700,
    ...options,
  })
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'messenger-'))
  const first = await startMessenger({ port: 0, dataDir: dir, switches: { cutRate: 0, batchRate: 0 } })
  const token = makePeer(dir, first).config.verifyToken
  await first.close()
  // It will be started again under the same address.
  app = await startPracticeApp(token, await freePort())
  messenger = await start()
  peer = makePeer(dir, messenger)
})

afterAll(async () => {
  await messenger.close()
  await app.close()
  rmSync(dir, { recursive: true })
})

async function writes(psid: string, text: string, more: JsonRecord = {}): Promise<string> {
  return textAt((await peer.control('POST', `/people/${psid}/message`, { text, ...more })).body, 'mid') ?? ''
}

async function personWhoWrote(name = 'Ana'): Promise<string> {
  const psid = await peer.makePerson(name)
  await writes(psid, 'hi')
  return psid
}

function errorOf(answer: { readonly body: JsonRecord }): readonly [unknown, unknown] {
  const error = recordAt(answer.body, 'error') ?? {}
  return [error['code'], error['error_subcode']]
}

const OK = { code: undefined }

describe('webhooks', () => {
  test('both signatures are over the exact bytes, in which everything unusual is escaped', async () => {
    const psid = await peer.makePerson('Ana')
    const text = 'Übergrößen 50% <b> a@b.c/d 🙂'
    await writes(psid, text)
    await until('the webhook came', () => app.eventsWith('message').some((event) => personText(event) === text))
    const hook = app.received.find(({ events }) => events.some((event) => personText(event) === text))
    expect(hook).toBeDefined()
    if (!hook) return
    const sign = (kind: string): string => createHmac(kind, peer.config.appSecret).update(hook.raw).digest('hex')
    expect(hook.headers['x-hub-signature-256']).toBe(`sha256=${sign('sha256')}`)
    expect(hook.headers['x-hub-signature']).toBe(`sha1=${sign('sha1')}`)
    const raw = hook.raw.toString('latin1')
    expect(raw).toContain('"text":"\\u00dcbergr\\u00f6\\u00dfen 50\\u0025 \\u003Cb> a\\u0040b.c\\/d \\ud83d\\ude42"')
    expect(raw).toMatch(/^[\x20-\x7e]*$/)
    const again = Buffer.from(JSON.stringify(JSON.parse(raw)))
    expect(again.equals(hook.raw)).toBe(false)
  })

  test('a quick reply, a postback, a reaction, an edit, a referral and an opt-in each arrive in their own form', async () => {
    const psid = await personWhoWrote()
    const mid = await writes(psid, 'Balance', { quickReplyPayload: 'BALANCE' })
    await peer.control('POST', `/people/${psid}/postback`, { title: 'Not me', payload: 'NOT_ME' })
    await peer.control('POST', `/people/${psid}/reaction`, { mid, emoji: '❤' })
    await peer.control('POST', `/people/${psid}/edit`, { mid, text: 'Balances' })
    await peer.control('POST', `/people/${psid}/referral`, { ref: 'poster' })
    await peer.control('POST', `/people/${psid}/optin`, { payload: 'NEWS' })
    const mine = (key: string): JsonRecord | undefined => {
      const event = app.eventsWith(key).findLast((one) => recordAt(one, 'sender')?.['id'] === psid)
      return event && recordAt(event, key)
    }
    await until('the last event came', () => mine('optin') !== undefined)
    expect(mine('message')).toMatchObject({ mid, text: 'Balance', quick_reply: { payload: 'BALANCE' } })
    expect(mine('postback')).toMatchObject({ title: 'Not me', payload: 'NOT_ME' })
    expect(mine('reaction')).toMatchObject({ mid, emoji: '❤', action: 'react' })
    expect(mine('message_edit')).toEqual({ mid, text: 'Balances', num_edit: 1 })
    expect(mine('referral')).toMatchObject({ ref: 'poster', source: 'SHORTLINK' })
    expect(mine('optin')).toMatchObject({ payload: 'NEWS' })
    for (let n = 2; n <= 5; n += 1) await peer.control('POST', `/people/${psid}/edit`, { mid, text: `edit ${n}` })
    expect((await peer.control('POST', `/people/${psid}/edit`, { mid, text: 'sixth' })).status).toBe(409)
  })

  test('after a 500 the same bytes are repeated until the 200, and only then the message counts as acknowledged', async () => {
    const psid = await peer.makePerson('Ana')
    app.answer = 500
    const mid = await writes(psid, 'please repeat me')
    const copies = (): readonly Buffer[] =>
      app.received
        .filter(({ events }) => events.some((event) => personText(event) === 'please repeat me'))
        .map(({ raw }) => raw)
    await until('two failures', () => copies().length >= 2)
    expect((await peer.messagesOf(psid))[0]).toMatchObject({ mid, acknowledged: false, webhook: 'pending' })
    app.answer = 200
    await until('acknowledged', async () => (await peer.messagesOf(psid))[0]?.['acknowledged'] === true)
    expect(new Set(copies().map((raw) => raw.toString())).size).toBe(1)
    const message = (await peer.messagesOf(psid))[0] ?? {}
    expect(message['attempts']).toBe(copies().length)
    expect(message['acknowledgedAt']).toBeTypeOf('number')
  })

  test('an app that hangs is given its time, then the webhook is repeated', async () => {
    const psid = await peer.makePerson('Ana')
    app.answer = 'hang'
    await writes(psid, 'are you there')
    await until('it was delivered', () =>
      app.eventsWith('message').some((event) => personText(event) === 'are you there'),
    )
    app.answer = 200
    await until(
      'acknowledged after the repeat',
      async () => (await peer.messagesOf(psid))[0]?.['acknowledged'] === true,
      12_000,
    )
    const { body } = await peer.control('GET', '/deliveries')
    const failed = (listAt(body, 'attempts') ?? []).filter(isRecord).filter((attempt) => attempt['error'] === 'timeout')
    expect(failed.length).toBeGreaterThan(0)
  })

  test("one thread's messages arrive in order while all goes well", async () => {
    const psid = await peer.makePerson('Ana')
    await peer.control('PUT', '/switches', { batchRate: 0.5 })
    const texts = Array.from({ length: 40 }, (_, n) => `message ${n}`)
    for (const text of texts) await writes(psid, text)
    const got = (): readonly (string | undefined)[] =>
      app
        .eventsWith('message')
        .filter((event) => recordAt(event, 'sender')?.['id'] === psid)
        .map(personText)
    await until('all came', () => got().length === texts.length)
    expect(got()).toEqual(texts)
    await peer.control('PUT', '/switches', { batchRate: 0 })
  })

  test('several threads write at once: some POSTs carry several entries, and nothing is lost', async () => {
    await peer.control('PUT', '/switches', { batchRate: 1 })
    const people = await Promise.all(Array.from({ length: 30 }, (_, n) => peer.makePerson(`Crowd ${n}`)))
    app.answer = 500
    await Promise.all(people.flatMap((psid) => [1, 2, 3, 4].map((n) => writes(psid, `crowd ${n}`))))
    app.answer = 200
    await peer.control('POST', '/retry')
    await until('all acknowledged', async () => {
      const threads = await Promise.all(people.map(peer.messagesOf))
      return threads.flat().every((message) => message['acknowledged'] === true)
    })
    expect(app.received.some(({ raw }) => (raw.toString().match(/"messaging":/g) ?? []).length > 1)).toBe(true)
    await peer.control('PUT', '/switches', { batchRate: 0 })
  })

  test('with the switches on, webhooks come twice and overtake each other', async () => {
    const psid = await peer.makePerson('Ana')
    await peer.control('PUT', '/switches', { duplicateRate: 1, reorderRate: 0.5 })
    const texts = Array.from({ length: 12 }, (_, n) => `disorder ${n}`)
    for (const text of texts) await writes(psid, text)
    const got = (): readonly string[] =>
      app
        .eventsWith('message')
        .flatMap((event) => personText(event) ?? [])
        .filter((text) => text.startsWith('disorder'))
    await until('all came twice', () => texts.every((text) => got().filter((other) => other === text).length === 2))
    expect([...new Set(got())]).not.toEqual(texts)
    await peer.control('PUT', '/switches', { duplicateRate: 0, reorderRate: 0 })
  })

  test('a webhook made by hand goes out with the bytes and headers it was given', async () => {
    const body = Buffer.from('{"object":"page","entry":[]}').toString('base64')
    const { body: answer } = await peer.control('POST', '/webhook', {
      body,
      headers: { 'X-Hub-Signature-256': 'sha256=00' },
    })
    expect(answer['status']).toBe(200)
    expect(app.received.at(-1)?.headers['x-hub-signature-256']).toBe('sha256=00')
    await peer.control('POST', '/webhook', { body, sign: true })
    expect(app.received.at(-1)?.headers['x-hub-signature-256']).toMatch(/^sha256=[0-9a-f]{64}$/)
  })
})

describe('sending', () => {
  test('what is sent is answered, kept exactly as carried, echoed with its metadata, and delivered', async () => {
    const psid = await personWhoWrote()
    const body = {
      text: 'Your answer is ready.',
      metadata: 'outbox-77',
      quick_replies: [{ content_type: 'text', title: 'A title of more than twenty characters', payload: 'P' }],
    }
    const sent = await peer.send(psid, body)
    expect(sent).toMatchObject({ status: 200, body: { recipient_id: psid } })
    const mid = textAt(sent.body, 'message_id')
    const echoOf = (): JsonRecord | undefined =>
      app
        .eventsWith('message')
        .map((event) => recordAt(event, 'message') ?? {})
        .find((message) => message['mid'] === mid)
    await until('echo and delivery came', () => {
      const delivered = app
        .eventsWith('delivery')
        .some((event) => (listAt(recordAt(event, 'delivery') ?? {}, 'mids') ?? []).includes(mid))
      return delivered && echoOf() !== undefined
    })
    expect(echoOf()).toMatchObject({
      is_echo: true,
      app_id: Number(peer.config.appId),
      metadata: 'outbox-77',
      text: 'Your answer is ready.',
    })
    const message = (await peer.messagesOf(psid)).at(-1) ?? {}
    expect(message).toMatchObject({
      mid,
      from: 'page',
      metadata: 'outbox-77',
      carried: { messaging_type: 'RESPONSE', recipient: { id: psid }, message: body },
    })
    expect(recordAt(message, 'shown')?.['quickReplies']).toEqual([{ title: 'A title of more than', payload: 'P' }])
  })

  test('echoes can be switched off and delayed', async () => {
    const psid = await personWhoWrote()
    await peer.control('PUT', '/switches', { echoes: false })
    await peer.send(psid, { text: 'no echo', metadata: 'silent' })
    await peer.control('PUT', '/switches', { echoes: true, echoDelayMs: 300 })
    const before = Date.now()
    await peer.send(psid, { text: 'late echo', metadata: 'late' })
    const echoed = (metadata: string): boolean =>
      app.eventsWith('message').some((event) => recordAt(event, 'message')?.['metadata'] === metadata)
    await until('the late echo came', () => echoed('late'))
    expect(Date.now() - before).toBeGreaterThanOrEqual(280)
    expect(echoed('silent')).toBe(false)
    await peer.control('PUT', '/switches', { echoDelayMs: 0 })
  })

  test('a cut send is a lost connection for the sender, yet the message is in the thread once and is echoed', async () => {
    const psid = await personWhoWrote()
    await peer.control('PUT', '/switches', { cutRate: 1 })
    await expect(peer.send(psid, { text: 'cut me', metadata: 'cut-1' })).rejects.toThrow()
    await peer.control('PUT', '/switches', { cutRate: 0 })
    const kept = (await peer.messagesOf(psid)).filter((message) => message['metadata'] === 'cut-1')
    expect(kept).toHaveLength(1)
    expect(kept[0]).toMatchObject({ cut: true })
    await until('the echo came', () =>
      app.eventsWith('message').some((event) => recordAt(event, 'message')?.['metadata'] === 'cut-1'),
    )
  })

  test('the same seed cuts the same sends', async () => {
    const cuts = async (seed: string): Promise<string> => {
      const folder = mkdtempSync(join(tmpdir(), 'messenger-seed-'))
      const other = await startMessenger({ port: 0, dataDir: folder, seed, switches: { cutRate: 0.3 } })
      const stranger = makePeer(folder, other)
      const psid = await stranger.makePerson('Ana')
      await stranger.control('POST', `/people/${psid}/message`, { text: 'hi' })
      for (let n = 0; n < 30; n += 1) await Promise.allSettled([stranger.send(psid, { text: `n ${n}` })])
      const pattern = (await stranger.messagesOf(psid)).slice(1).map((message) => (message['cut'] === true ? 'x' : '.'))
      await other.close()
      rmSync(folder, { recursive: true })
      return pattern.join('')
    }
    const first = await cuts('one')
    expect(first).toMatch(/x/)
    expect(await cuts('one')).toBe(first)
    expect(await cuts('two')).not.toBe(first)
  })

  test('outside 24 hours only a person with the tag or an approved template may write; retired tags never', async () => {
    const psid = await personWhoWrote()
    const tagged = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }
    aheadMs = 25 * HOUR_MS
    expect(errorOf(await peer.send(psid, { text: 'late' }))).toEqual([10, 2018278])
    expect(errorOf(await peer.send(psid, { text: 'late' }, { messaging_type: 'UPDATE' }))).toEqual([10, 2018278])
    expect((await peer.send(psid, { text: 'Priya here' }, tagged)).status).toBe(200)
    aheadMs = 8 * 24 * HOUR_MS
    expect(errorOf(await peer.send(psid, { text: 'too late' }, tagged))).toEqual([10, 2018278])
    aheadMs = 0
    for (const tag of ['CONFIRMED_EVENT_UPDATE', 'ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE']) {
      expect(errorOf(await peer.send(psid, { text: 'x' }, { messaging_type: 'MESSAGE_TAG', tag }))[0]).toBe(100)
    }
    await peer.control('PUT', '/switches', { windowClosed: psid })
    expect(errorOf(await peer.send(psid, { text: 'closed' }))).toEqual([10, 2018278])
    await peer.control('POST', `/people/${psid}/postback`, { payload: 'BACK' })
    expect((await peer.send(psid, { text: 'open again' })).status).toBe(200)
  })

  test('limits and wrong forms are refused with the platform’s codes and change nothing', async () => {
    const psid = await personWhoWrote()
    const template = (payload: JsonRecord): JsonRecord => ({ attachment: { type: 'template', payload } })
    const url = { type: 'web_url', title: 'Open', url: 'https://example.com' }
    const buttons = (list: readonly unknown[], text = 'x'): JsonRecord =>
      template({ template_type: 'button', text, buttons: list })
    const replies = (count: number): JsonRecord => ({
      text: 'x',
      quick_replies: Array.from({ length: count }, (_, n) => ({ content_type: 'text', title: `${n}`, payload: 'p' })),
    })
    const wrong: readonly JsonRecord[] = [
      {},
      { text: '' },
      { text: 'x'.repeat(2001) },
      { text: 'x', metadata: 'm'.repeat(1000) },
      replies(14),
      { text: 'x', quick_replies: [{ content_type: 'text', title: 'x', payload: 'p'.repeat(1001) }] },
      buttons([]),
      buttons([url, url, url, url]),
      buttons([url], 'x'.repeat(641)),
      buttons([{ ...url, title: 'x'.repeat(21) }]),
      buttons([{ ...url, url: 'javascript:alert(1)' }]),
      buttons([{ type: 'postback', title: 'x' }]),
      template({ template_type: 'generic', elements: [{ title: 'x'.repeat(81) }] }),
      template({ template_type: 'generic', elements: Array.from({ length: 11 }, () => ({ title: 'x' })) }),
      template({ template_type: 'receipt' }),
      { text: 'x', attachment: { type: 'image', payload: { url: 'https://example.com' } } },
    ]
    for (const message of wrong) expect([message, errorOf(await peer.send(psid, message))[0]]).toEqual([message, 100])
    expect(errorOf(await peer.send(psid, { text: 'x' }, { reply_to: { mid: 'm_unknown' } }))[0]).toBe(100)
    expect(errorOf(await peer.send(psid, { text: 'x' }, { messaging_type: 'SHOUT' }))[0]).toBe(100)
    expect(await peer.messagesOf(psid)).toHaveLength(1)
    const right: readonly JsonRecord[] = [
      { text: 'x'.repeat(2000), metadata: 'm'.repeat(999) },
      replies(13),
      buttons(
        [url, { type: 'postback', title: 'x'.repeat(20), payload: 'p' }, { type: 'account_unlink' }],
        'x'.repeat(640),
      ),
      template({ template_type: 'generic', elements: [{ title: 'x'.repeat(80), subtitle: 'y', buttons: [url] }] }),
    ]
    for (const message of right) expect((await peer.send(psid, message)).status).toBe(200)
    expect(await peer.messagesOf(psid)).toHaveLength(1 + right.length)
  })

  test('unknown people, blocked people, wrong tokens and proofs are told apart', async () => {
    const psid = await personWhoWrote()
    expect(errorOf(await peer.send('1234567890', { text: 'x' }))).toEqual([100, 2018001])
    await peer.control('PUT', '/switches', { block: { [psid]: true } })
    expect(errorOf(await peer.send(psid, { text: 'x' }))).toEqual([551, 1545041])
    expect((await peer.control('POST', `/people/${psid}/message`, { text: 'x' })).status).toBe(409)
    await peer.control('PUT', '/switches', { block: { [psid]: false } })
    const body = { recipient: { id: psid }, message: { text: 'x' } }
    const raw = async (query: string): Promise<unknown> => {
      const response = await fetch(`${messenger.graphUrl}/me/messages${query}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
      const answer: unknown = await response.json()
      return isRecord(answer) ? (recordAt(answer, 'error')?.['code'] ?? OK.code) : answer
    }
    const token = peer.config.pageAccessToken
    expect(await raw('')).toBe(2500)
    expect(await raw('?access_token=wrong')).toBe(190)
    expect(await raw(`?access_token=${token}&appsecret_proof=00`)).toBe(100)
    expect(await raw(`?access_token=${token}`)).toBe(OK.code)
  })

  test('every version prefix, the page id and form bodies work as well', async () => {
    const psid = await personWhoWrote()
    const base = messenger.ui.slice(0, -1)
    const body = new URLSearchParams({
      recipient: JSON.stringify({ id: psid }),
      message: JSON.stringify({ text: 'form' }),
      access_token: peer.config.pageAccessToken,
    })
    for (const prefix of ['', '/v2.6', '/v26.0']) {
      const response = await fetch(`${base}${prefix}/${peer.config.pageId}/messages`, { method: 'POST', body })
      expect(response.status).toBe(200)
    }
  })

  test('more than 300 sends a second meet the rate limit, and switched-on failures last as long as they should', async () => {
    const psid = await personWhoWrote()
    await peer.control('PUT', '/switches', { rateLimitPerSecond: 5 })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => peer.send(psid, { text: `${n}` })))
    expect(answers.filter((answer) => errorOf(answer)[0] === 613).length).toBeGreaterThanOrEqual(4)
    await peer.control('PUT', '/switches', {
      rateLimitPerSecond: 300,
      failNext: { code: 2, subcode: 7, status: 503, count: 2 },
    })
    const next = [
      await peer.send(psid, { text: 'a' }),
      await peer.send(psid, { text: 'b' }),
      await peer.send(psid, { text: 'c' }),
    ]
    expect(next.map(({ status }) => status)).toEqual([503, 503, 200])
    expect(errorOf(next[0] ?? { body: {} })).toEqual([2, 7])
    await peer.control('PUT', '/switches', { down: true })
    expect((await peer.send(psid, { text: 'd' })).status).toBe(503)
    const mid = await writes(psid, 'while down')
    await peer.control('PUT', '/switches', { down: false })
    await until('what was written meanwhile comes', () =>
      app.eventsWith('message').some((event) => recordAt(event, 'message')?.['mid'] === mid),
    )
  })

  test('a utility template reaches a person outside the window, with its parameters and buttons filled', async () => {
    const psid = await personWhoWrote()
    const components = [
      { type: 'BODY', text: 'Hello {{name}}, your answer is ready.', example: {} },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'Open answer', url: 'https://parley.example/a/{{1}}' },
          { type: 'POSTBACK', text: 'Not now', payload: 'NOT_NOW:{{1}}' },
        ],
      },
    ]
    const made = await peer.graph('POST', `/${peer.config.pageId}/message_templates`, {
      name: 'ready',
      language: 'en',
      category: 'UTILITY',
      parameter_format: 'NAMED',
      components,
    })
    expect(made.body).toMatchObject({ status: 'APPROVED', category: 'UTILITY' })
    await peer.control('PUT', '/switches', { windowClosed: { [psid]: true } })
    const send = (name: string, suffix = 'tok-123', extra: JsonRecord = {}) =>
      peer.send(
        psid,
        {
          metadata: 'outbox-9',
          template: {
            name: 'ready',
            language: { code: 'en' },
            components: [
              { type: 'body', parameters: [{ type: 'text', parameter_name: 'name', text: name }] },
              { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: suffix }] },
              { type: 'button', sub_type: 'postback', index: 1, parameters: [{ type: 'payload', payload: 'x9' }] },
            ],
            ...extra,
          },
        },
        { messaging_type: 'UTILITY' },
      )
    for (const bad of ['50%', '$5', '#1', 'Ana 🙂']) expect(errorOf(await send(bad))).toEqual([100, 1893043])
    expect(errorOf(await send('Ana', 'tok', { language: { code: 'fr' } }))[0]).toBe(100)
    expect(errorOf(await send('Ana', 'tok', { components: [] }))[0]).toBe(100)
    expect((await send('Ana')).status).toBe(200)
    expect((await peer.messagesOf(psid)).at(-1)).toMatchObject({
      metadata: 'outbox-9',
      shown: {
        text: 'Hello Ana, your answer is ready.',
        buttons: [
          { kind: 'url', title: 'Open answer', url: 'https://parley.example/a/tok-123' },
          { kind: 'postback', title: 'Not now', payload: 'NOT_NOW:x9' },
        ],
      },
    })
    expect((await peer.graph('GET', '/me/message_templates')).body['data']).toHaveLength(1)
  })
})

describe('page settings', () => {
  test('the profile is set, read and deleted; a menu needs Get Started', async () => {
    const menu = [{ locale: 'default', call_to_actions: [{ type: 'postback', title: 'Person', payload: 'PERSON' }] }]
    expect(errorOf(await peer.graph('POST', '/me/messenger_profile', { persistent_menu: menu }))[0]).toBe(100)
    expect(
      (await peer.graph('POST', '/me/messenger_profile', { get_started: { payload: 'GO' }, persistent_menu: menu }))
        .body,
    ).toEqual({ result: 'success' })
    expect((await peer.graph('GET', '/me/messenger_profile?fields=get_started')).body).toEqual({
      data: [{ get_started: { payload: 'GO' } }],
    })
    expect(errorOf(await peer.graph('DELETE', '/me/messenger_profile', { fields: ['get_started'] }))[0]).toBe(100)
    const five = Array.from({ length: 5 }, (_, n) => ({ question: `${n}`, payload: 'p' }))
    expect(errorOf(await peer.graph('POST', '/me/messenger_profile', { ice_breakers: five }))[0]).toBe(100)
    await peer.graph('DELETE', '/me/messenger_profile', { fields: ['get_started', 'persistent_menu'] })
    expect((await peer.graph('GET', '/me/messenger_profile?fields=get_started,persistent_menu')).body).toEqual({
      data: [],
    })
  })

  test('only subscribed fields are sent, and a person’s profile can be read', async () => {
    const psid = await peer.makePerson('Ana Banana')
    expect((await peer.graph('POST', '/me/subscribed_apps?subscribed_fields=messages,message_echoes')).body).toEqual({
      success: true,
    })
    await peer.control('POST', `/people/${psid}/postback`, { payload: 'UNHEARD' })
    await writes(psid, 'heard')
    await until('the message came', () => app.eventsWith('message').some((event) => personText(event) === 'heard'))
    expect(app.eventsWith('postback').some((event) => recordAt(event, 'postback')?.['payload'] === 'UNHEARD')).toBe(
      false,
    )
    expect((await peer.messagesOf(psid))[0]).toMatchObject({ webhook: 'not-subscribed', acknowledged: false })
    const fields = listAt(recordAt((await peer.control('GET', '/state')).body, 'subscription') ?? {}, 'fields')
    expect(fields).toEqual(['messages', 'message_echoes'])
    const all =
      'messages,messaging_postbacks,message_echoes,message_deliveries,message_reads,message_reactions,message_edits,messaging_account_linking,messaging_referrals,messaging_optins'
    await peer.graph('POST', `/me/subscribed_apps?subscribed_fields=${all}`)
    expect((await peer.graph('GET', `/${psid}?fields=first_name,last_name`)).body).toEqual({
      first_name: 'Ana',
      last_name: 'Banana',
      id: psid,
    })
  })

  test('account linking: login address with a token, early person by token, code to the app, and unlinking', async () => {
    const psid = await personWhoWrote()
    const button = { type: 'account_link', url: 'http://127.0.0.1:9/login?keep=1' }
    const sent = await peer.send(psid, {
      attachment: { type: 'template', payload: { template_type: 'button', text: 'Log in', buttons: [button] } },
    })
    const query = new URLSearchParams({ person: psid, mid: textAt(sent.body, 'message_id') ?? '', button: '0' })
    const started = await fetch(`${messenger.ui}account-linking/start?${query.toString()}`, { redirect: 'manual' })
    const login = new URL(started.headers.get('location') ?? '')
    expect(login.searchParams.get('keep')).toBe('1')
    const token = login.searchParams.get('account_linking_token') ?? ''
    expect((await peer.graph('GET', `/me?fields=recipient&account_linking_token=${token}`)).body).toEqual({
      id: peer.config.pageId,
      recipient: psid,
    })
    expect(errorOf(await peer.graph('GET', '/me?fields=recipient&account_linking_token=wrong'))[0]).toBe(10303)
    const back = new URL(login.searchParams.get('redirect_uri') ?? '')
    expect((await fetch(back)).status).toBe(200)
    back.searchParams.set('authorization_code', 'code-1')
    expect((await fetch(back)).status).toBe(200)
    expect((await fetch(back)).status).toBe(400)
    await peer.control('POST', `/people/${psid}/unlink`)
    const links = (): readonly unknown[] =>
      app
        .eventsWith('account_linking')
        .filter((event) => recordAt(event, 'sender')?.['id'] === psid)
        .map((event) => event['account_linking'])
    await until('both events came', () => links().length === 2)
    expect(links()).toEqual([{ status: 'linked', authorization_code: 'code-1' }, { status: 'unlinked' }])
  })
})

describe('the preview crawler', () => {
  test('every link is really fetched with the crawler’s agent, follows redirects, shows a card, and never holds the send up', async () => {
    const visits: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[] = []
    // The page is not there before the send has been answered: a send that waited for it would leave no card.
    let release = (): void => undefined
    const sent = new Promise<void>((resolve) => (release = resolve))
    const site = createServer((incoming, outgoing) => {
      visits.push({ url: incoming.url, headers: incoming.headers })
      if (incoming.url === '/a') return void sent.then(() => outgoing.writeHead(302, { location: '/b' }).end())
      if (incoming.url === '/slow') return
      outgoing.setHeader('content-type', 'text/html')
      outgoing.end('<title>Plain &amp; simple</title><meta property="og:description" content="What it is">')
    })
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    const address = site.address()
    const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
    const psid = await personWhoWrote()
    await peer.send(psid, { text: `look: ${base}/a, or ${base}/slow` })
    release()
    const card = async (): Promise<unknown> => listAt((await peer.messagesOf(psid)).at(-1) ?? {}, 'previews')?.[0]
    await until('the card is there', async () => (await card()) !== undefined)
    expect(await card()).toMatchObject({
      url: `${base}/a`,
      status: 200,
      title: 'Plain & simple',
      description: 'What it is',
    })
    expect(
      visits.every(
        ({ headers }) =>
          headers['user-agent']?.startsWith('facebookexternalhit/') === true && headers.cookie === undefined,
      ),
    ).toBe(true)
    const seen = visits.length
    await peer.control('PUT', '/switches', { previews: false })
    await peer.send(psid, { text: `${base}/unseen` })
    await peer.send(psid, { text: 'after' })
    expect(visits.slice(seen).some(({ url }) => url === '/unseen')).toBe(false)
    await peer.control('PUT', '/switches', { previews: true })
    site.closeAllConnections()
    site.close()
  })
})

describe('what it keeps', () => {
  test('everything that crossed the wire is in the traffic record, and no secret is', async () => {
    const psid = await personWhoWrote('Canary')
    await peer.send(psid, { text: 'canary-out-4711' })
    await writes(psid, 'canary-in-4712')
    await until('both are on record', async () => {
      const text = JSON.stringify((await peer.control('GET', '/traffic')).body)
      return text.includes('canary-out-4711') && text.includes('canary-in-4712')
    })
    const text = JSON.stringify((await peer.control('GET', '/traffic')).body)
    expect(text).not.toContain(peer.config.appSecret)
    expect(text).not.toContain(peer.config.pageAccessToken)
    expect(readConfigText(dir)).toContain(peer.config.appSecret)
  })

  test('control needs its secret; the page’s own interface refuses foreign pages and foreign names', async () => {
    expect((await fetch(`${messenger.controlUrl}/people`)).status).toBe(401)
    const foreign = {
      method: 'POST',
      body: '{"name":"Eve"}',
      headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
    }
    expect((await fetch(`${messenger.ui}api/people`, foreign)).status).toBe(403)
    expect(
      (await fetch(`${messenger.ui}api/people`, { ...foreign, headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(403)
    const response = await fetch(messenger.ui)
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  test('a restart forgets nothing, and what was not acknowledged is delivered again', async () => {
    const psid = await personWhoWrote('Rest')
    await peer.send(psid, { text: 'before the restart', metadata: 'outbox-1' })
    await until('all is quiet', async () => (await peer.control('GET', '/deliveries')).body['pendingCount'] === 0)
    const port = Number(new URL(app.url).port)
    await app.close()
    await writes(psid, 'while the app is away')
    const before = await peer.messagesOf(psid)
    await messenger.close()
    app = await startPracticeApp(peer.config.verifyToken, port)
    messenger = await start()
    peer = makePeer(dir, messenger)
    await until('it came after the restart', () =>
      app.eventsWith('message').some((event) => personText(event) === 'while the app is away'),
    )
    await until('acknowledged', async () =>
      (await peer.messagesOf(psid)).every((message) => message['from'] === 'page' || message['acknowledged'] === true),
    )
    const now = await peer.messagesOf(psid)
    expect(now.map((message) => message['mid'])).toEqual(before.map((message) => message['mid']))
    expect(now.map((message) => message['carried'])).toEqual(before.map((message) => message['carried']))
  })

  test('after an hour without a 200 the app is unsubscribed, waiting events are lost, and it must subscribe again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'messenger-hour-'))
    const deaf = await startPracticeApp('not the right token')
    const first = await startMessenger({ port: 0, dataDir: folder })
    const token = makePeer(folder, first).config.verifyToken
    await first.close()
    const silent = await startPracticeApp(token)
    silent.answer = 500
    const other = await startMessenger({ port: 0, dataDir: folder, webhookUrl: silent.url, disableAfterMs: 500 })
    const stranger = makePeer(folder, other)
    const psid = await stranger.makePerson('Ana')
    await stranger.control('POST', `/people/${psid}/message`, { text: 'lost' })
    await until('unsubscribed', async () =>
      String((await stranger.control('GET', '/state')).body['banner']).startsWith('Webhooks disabled'),
    )
    expect((await stranger.messagesOf(psid))[0]).toMatchObject({ webhook: 'dropped' })
    silent.answer = 200
    expect((await stranger.control('POST', '/subscribe', { url: deaf.url })).status).toBe(502)
    expect((await stranger.control('POST', '/subscribe', { url: silent.url })).status).toBe(200)
    await stranger.control('POST', `/people/${psid}/message`, { text: 'found' })
    await until('events flow again', () => silent.eventsWith('message').some((event) => personText(event) === 'found'))
    await Promise.all([other.close(), silent.close(), deaf.close()])
    rmSync(folder, { recursive: true })
  })
})
