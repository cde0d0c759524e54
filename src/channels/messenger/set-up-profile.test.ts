import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, cloneDatabase } from '../../../test/setup/database.ts'
import { type FakeGraph, startFakeGraph } from '../../../test/setup/messenger-harness.ts'
import { messengerProfile } from '../../chat/messenger-profile.ts'
import { Secret } from '../../kernel/index.ts'
import { type Database, createHttpClient, createLogger, createMetrics } from '../../platform/index.ts'
import { type GraphClient, createGraphClient } from './graph-client.ts'
import { createTemplateBook } from './keep-templates.ts'
import { setUpProfile } from './set-up-profile.ts'

const pagesUrl = 'https://parley.example'

let database: TestDatabase
let channel: Database
let fake: FakeGraph
let graph: GraphClient

beforeAll(async () => {
  database = await cloneDatabase()
  channel = database.connect('channel')
})
afterAll(() => database.drop())

beforeEach(async () => {
  fake = await startFakeGraph()
  const http = createHttpClient(
    { metrics: createMetrics({ processMetrics: false }) },
    { deadlineMs: 45_000, maxBodyBytes: 65_536, allowedOrigins: [fake.url] },
  )
  const secret = new Secret('x')
  graph = createGraphClient(http, { graphUrl: fake.url, appSecret: secret, pageAccessToken: secret })
})
afterEach(() => fake.close())

async function keepTemplates(): Promise<ReturnType<typeof createTemplateBook>> {
  const logger = createLogger({ role: 'test', level: 'silent' })
  const book = createTemplateBook(
    { graph, database: channel, logger },
    { profile: messengerProfile(), pagesUrl, pageId: 'page' },
  )
  await book.keep()
  return book
}

const bodyOf = (path: string): unknown => fake.calls.find((call) => call.method === 'POST' && call.path === path)?.body

test('the page gets started, greets, has a menu and two templates in five languages', async () => {
  await setUpProfile(graph, messengerProfile())
  await keepTemplates()
  expect(fake.calls.map(({ path }) => path.split('?')[0])).toContain('/me/subscribed_apps')
  expect(bodyOf('/me/messenger_profile')).toMatchObject({ get_started: { payload: 'get_started' } })
  const templates = fake.calls.filter(({ method, path }) => method === 'POST' && path === '/me/message_templates')
  expect(templates.map(({ body }) => `${String(body['name'])} ${String(body['language'])}`).sort()).toEqual(
    ['answer_ready', 'notice_ready', 'reply_waiting'].flatMap((name) =>
      ['de', 'en', 'es', 'fr', 'pt_BR'].map((code) => `${name} ${code}`),
    ),
  )
  const english = JSON.stringify(templates.find(({ body }) => body['language'] === 'en')?.body)
  expect(english).toContain(`${pagesUrl}/a/{{1}}`)
  expect(english).toContain('We will never ask for a code')
})

test('what the messenger limits is within its limits', () => {
  for (const { greeting, menu, templates } of Object.values(messengerProfile().languages)) {
    expect(greeting.length).toBeLessThanOrEqual(160)
    expect(menu.length).toBeLessThanOrEqual(20)
    for (const { title } of menu) expect(title.length).toBeLessThanOrEqual(30)
    for (const { body, buttons } of templates) {
      expect(body.length).toBeLessThanOrEqual(1_024)
      for (const { title } of buttons) expect(title.length).toBeLessThanOrEqual(20)
    }
  }
})

test('the page’s token travels in a header only, never in an address', async () => {
  await setUpProfile(graph, messengerProfile())
  await keepTemplates()
  expect(fake.calls.length).toBeGreaterThan(10)
  for (const call of fake.calls) {
    expect(call.headers['authorization']).toBe('Bearer x')
    expect(call.path).not.toContain('access_token')
  }
})

test('a template that the messenger has is not made again; one that it rejected is noted, and not sent', async () => {
  const known = [
    { name: 'answer_ready', language: 'en', status: 'APPROVED' },
    { name: 'notice_ready', language: 'en', status: 'REJECTED' },
  ]
  fake.respond = (path) => (path.startsWith('/me/message_templates') ? { data: known } : undefined)
  const book = await keepTemplates()
  const made = fake.calls
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => `${body['name']} ${body['language']}`)
  expect(made).toHaveLength(13)
  expect(made).not.toContain('answer_ready en')
  expect(book.refused('notice_ready en')).toBe(true)
  expect(book.refused('answer_ready en')).toBe(false)
  const noted = await database.admin.rows(
    z.object({ status: z.string() }),
    `SELECT status FROM channels.utility_template WHERE name = 'notice_ready' AND language = 'en'`,
  )
  expect(noted).toEqual([{ status: 'rejected' }])
})
