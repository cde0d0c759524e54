// Threat row 8, for the messenger's callbacks: a forged or replayed signed_request has no effect, or the one it had before.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { countRows } from '../setup/ending-world.ts'
import { createLeavingWorld, signPayload, signedRequest } from '../setup/leaving-world.ts'
import type { LeavingWorld } from '../setup/leaving-world.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'

let database: TestDatabase
let trust: TrustWorld
let world: LeavingWorld

beforeAll(async () => {
  database = await cloneDatabase()
  trust = await createTrustWorld(database)
  world = await createLeavingWorld(database, trust)
})
afterAll(async () => {
  await world.end()
  await trust.end()
  await database.drop()
})
beforeEach(() => database.admin.run('TRUNCATE channels.platform_request'))

const kinds = ['deauthorize', 'data-deletion'] as const
const stored = (): Promise<number> => countRows(database.admin, 'channels.platform_request')

async function expectRefused(answer: Response, status: number, code: string): Promise<void> {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(await answer.json()).toMatchObject({ status, code })
  expect(await stored()).toBe(0)
}

test.each(kinds)(
  '%s: a signature that is forged, shortened, of another secret or algorithm is refused',
  async (kind) => {
    const good = signedRequest('111')
    const [signature = '', payload = ''] = good.split('.')
    const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    const wrong = [
      `${other}.${payload}`,
      `${signature.slice(0, 40)}.${payload}`,
      `${signPayload(payload, 'another-apps-secret')}.${payload}`,
      `${signPayload(payload, undefined, 'sha1')}.${payload}`,
      `${signPayload(payload, undefined, 'sha512')}.${payload}`,
      `${signature}.${Buffer.from(JSON.stringify({ user_id: '222' })).toString('base64url')}`,
      // Signed over what it decodes to instead of the very bytes.
      `${signPayload(Buffer.from(payload, 'base64url').toString())}.${payload}`,
    ]
    for (const text of wrong)
      await expectRefused(await world.post(kind, { signed_request: text }), 401, 'channels/signature-wrong')

    expect((await world.post(kind, { signed_request: good })).status).toBe(200)
    expect(await stored()).toBe(1)
  },
)

test.each(kinds)('%s: what is signed but claims another algorithm is refused', async (kind) => {
  for (const algorithm of ['HMAC-SHA1', 'none', '', 'hmac-sha256']) {
    const text = signedRequest('111', { facts: { algorithm } })
    await expectRefused(await world.post(kind, { signed_request: text }), 401, 'channels/signed-request-algorithm')
  }
})

test.each(kinds)('%s: parts that are missing, doubled, padded or no JSON are refused as malformed', async (kind) => {
  const good = signedRequest('111')
  const [signature = '', payload = ''] = good.split('.')
  const json = (value: unknown): string => {
    const part = Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${signPayload(part)}.${part}`
  }
  const raw = Buffer.from('{"user_id":').toString('base64url')
  const malformed = [
    '', '.', signature, `${signature}.`, `.${payload}`, `${good}.${payload}`, `${signature}=.${payload}`, `${signature}.${payload}==`,
    `${signature} .${payload}`, `${signPayload(raw)}.${raw}`, json(null), json([]), json({}), json({ algorithm: 'HMAC-SHA256' }),
    json({ algorithm: 'HMAC-SHA256', user_id: '1' }), json({ algorithm: 'HMAC-SHA256', user_id: '', issued_at: 1 }),
    json({ algorithm: 'HMAC-SHA256', user_id: { id: '1' }, issued_at: 1_700_000_000 }),
    json({ algorithm: 'HMAC-SHA256', user_id: 'x'.repeat(65), issued_at: 1_700_000_000 }),
    json({ algorithm: 'HMAC-SHA256', user_id: '1', issued_at: 'yesterday' }),
  ] // prettier-ignore
  const code = 'channels/signed-request-malformed'
  for (const text of malformed) await expectRefused(await world.post(kind, { signed_request: text }), 400, code)
  await expectRefused(await world.post(kind, ''), 400, code)
  await expectRefused(await world.post(kind, { other: good }), 400, code)
  await expectRefused(await world.post(kind, `signed_request=${good}&signed_request=${good}`), 400, code)
})

test.each(kinds)('%s: a huge body and another content type are refused before anything reads them', async (kind) => {
  const huge = await world.post(kind, { signed_request: `${signPayload('x')}.${'A'.repeat(20_000)}` })
  await expectRefused(huge, 413, 'http/body-too-large')
  const long = 'A'.repeat(8_000)
  await expectRefused(
    await world.post(kind, { signed_request: `${signPayload(long)}.${long}` }),
    400,
    'channels/signed-request-malformed',
  )
  expect(
    (await world.post(kind, JSON.stringify({ signed_request: signedRequest('1') }), 'application/json')).status,
  ).toBe(415)
  expect(await stored()).toBe(0)
})

test.each(kinds)('%s: one that was issued days ago, or in a time to come, is refused', async (kind) => {
  for (const ageSeconds of [25 * 3600, 400 * 24 * 3600, -600]) {
    const text = signedRequest('111', { ageSeconds })
    await expectRefused(await world.post(kind, { signed_request: text }), 401, 'channels/signed-request-stale')
  }
  expect((await world.post(kind, { signed_request: signedRequest('111', { ageSeconds: 23 * 3600 }) })).status).toBe(200)
})

const codeShape = z.object({ url: z.url(), confirmation_code: z.string().regex(/^[0-9a-f]{32}$/) })

test('a request replayed many times at once has one effect and one code', async () => {
  const text = signedRequest('333')
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => world.post('data-deletion', { signed_request: text })),
  )
  const codes = await Promise.all(answers.map(async (answer) => codeShape.parse(await answer.json()).confirmation_code))
  expect(new Set(codes).size).toBe(1)
  expect(await stored()).toBe(1)
  await world.settled()
  const again = codeShape.parse(await (await world.post('data-deletion', { signed_request: text })).json())
  expect(again.confirmation_code).toBe(codes[0])
  expect(await countRows(database.admin, `platform.job WHERE key = 'platform-request:${codes[0] ?? ''}'`)).toBe(0)
})

test('a request that is replayed after the person came back and linked again ends nothing', async () => {
  world.known.set('psid_444', '444')
  const conversation = await world.arrive('psid_444')
  const text = signedRequest('444')
  expect((await world.post('deauthorize', { signed_request: text })).status).toBe(200)
  await world.settled()
  const { terms } = await world.link({ conversation })
  expect((await world.post('deauthorize', { signed_request: text })).status).toBe(200)
  await world.settled()
  expect(
    await countRows(database.admin, 'consent.grant_ g WHERE g.terms = $1 AND g.revoked_at IS NULL', [terms.id]),
  ).toBe(2)
})

test('the app-scoped id stands nowhere in the database as it is', async () => {
  const user = '918273645546372819'
  await world.post('data-deletion', { signed_request: signedRequest(user) })
  const rows = await database.admin.rows(
    z.object({ line: z.string() }),
    'SELECT r::text AS line FROM channels.platform_request r',
  )
  const line = rows.map((row) => row.line).join('\n')
  for (const text of [user, Buffer.from(user).toString('hex')]) expect(line).not.toContain(text)
})
