import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FakeGraph, startFakeGraph } from '../../../test/setup/messenger-harness.ts'
import { messengerProfile } from '../../chat/messenger-profile.ts'
import { Secret } from '../../kernel/index.ts'
import { createHttpClient, createMetrics } from '../../platform/index.ts'
import { type GraphClient, createGraphClient } from './graph-client.ts'
import { setUpProfile } from './set-up-profile.ts'

const pagesUrl = 'https://parley.example'

let fake: FakeGraph
let graph: GraphClient

beforeEach(async () => {
  fake = await startFakeGraph()
  const http = createHttpClient(
    { metrics: createMetrics({ processMetrics: false }) },
    { deadlineMs: 2_000, maxBodyBytes: 65_536, allowedOrigins: [fake.url] },
  )
  const secret = new Secret('x')
  graph = createGraphClient(http, { graphUrl: fake.url, appSecret: secret, pageAccessToken: secret })
})
afterEach(() => fake.close())

const bodyOf = (path: string): unknown => fake.calls.find((call) => call.method === 'POST' && call.path === path)?.body

test('the page gets started, greets, has a menu and two templates in five languages', async () => {
  await setUpProfile(graph, messengerProfile(), pagesUrl)
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
    expect(templates.answerReady.button.length).toBeLessThanOrEqual(20)
    expect(templates.answerReady.body.length).toBeLessThanOrEqual(1_024)
  }
})

test('the page’s token travels in a header only, never in an address', async () => {
  await setUpProfile(graph, messengerProfile(), pagesUrl)
  expect(fake.calls.length).toBeGreaterThan(10)
  for (const call of fake.calls) {
    expect(call.headers['authorization']).toBe('Bearer x')
    expect(call.path).not.toContain('access_token')
  }
})
