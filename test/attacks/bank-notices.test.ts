import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../setup/eventually.ts'
import { pushSecret, sandboxBank, signedNotice, startBankWorld } from './bank-world.ts'
import type { BankWorld, Delivery, Sharer } from './bank-world.ts'

// What a bank says ends what customers share; so whoever could speak as the bank could cut people off.

let world: BankWorld
let victim: Sharer
beforeAll(async () => {
  world = await startBankWorld()
  victim = await world.link()
})
afterAll(async () => await world?.stop())

async function post({ headers, body }: Delivery, url = world.noticeUrl): Promise<Response> {
  return await fetch(url, { method: 'POST', headers, body })
}
const changed = (delivery: Delivery, headers: Record<string, string>): Delivery => ({
  ...delivery,
  headers: { ...delivery.headers, ...headers },
})
const without = (delivery: Delivery, name: string): Delivery => ({
  ...delivery,
  headers: Object.fromEntries(Object.entries(delivery.headers).filter(([key]) => key !== name)),
})

test.each<[string, (about: { consentId: string }) => Delivery, number]>([
  ['signed with another secret', (about) => signedNotice(about, { secret: 'some-other-secret-altogether' }), 401],
  ['signed with the secret’s letters', (about) => signedNotice(about, { secret: pushSecret.slice(6) }), 401],
  ['without a signature', (about) => without(signedNotice(about), 'webhook-signature'), 401],
  ['without an id', (about) => without(signedNotice(about), 'webhook-id'), 401],
  ['without a time', (about) => without(signedNotice(about), 'webhook-timestamp'), 401],
  ['with another id', (about) => changed(signedNotice(about), { 'webhook-id': 'another' }), 401],
  ['with a time moved by a second', (about) => later(signedNotice(about)), 401],
  [
    'with a signature of another version',
    (about) => rewritten(signedNotice(about), (s) => s.replace('v1,', 'v2,')),
    401,
  ],
  ['with a flipped bit in the signature', (about) => rewritten(signedNotice(about), flip), 401],
  ['with a signature cut short', (about) => rewritten(signedNotice(about), (s) => s.slice(0, 20)), 401],
  ['whose JSON was written anew', (about) => spaced(signedNotice(about)), 401],
  ['signed over the body alone', (about) => signedOverBody(signedNotice(about)), 401],
  ['of six minutes ago', (about) => signedNotice(about, { atMs: Date.now() - 360_000 }), 400],
  ['of six minutes from now', (about) => signedNotice(about, { atMs: Date.now() + 360_000 }), 400],
])('a notice %s ends nothing', async (_name, forge, status) => {
  const answer = await post(forge({ consentId: victim.consentId }))
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(await answer.text()).not.toContain(victim.consentId)
  expect(await world.holds(victim)).toBe(true)
})

test('a genuine notice about nothing we know ends nothing, and says no more than a known one would', async () => {
  for (const about of [{ consentId: 'unknown' }, { consentId: victim.consentId, type: 'CONSENT_UPDATED' }]) {
    const answer = await post(signedNotice(about))
    expect([answer.status, await answer.text()]).toEqual([204, ''])
  }
  expect(await world.holds(victim)).toBe(true)
})

test.each([
  ['no JSON', 'x'],
  ['no notice', '{}'],
  [
    'a revocation of nothing',
    JSON.stringify({ notificationId: 'n', type: 'CONSENT_REVOKED', notificationPayload: {} }),
  ],
  ['an array', '[]'],
])('a signed body that is %s is a bad request and nothing else', async (_name, body) => {
  const delivery = resigned(signedNotice({ consentId: victim.consentId }), body)
  expect((await post(delivery)).status).toBe(400)
})

test('a body past the limit is not read, and other banks’ addresses take nothing', async () => {
  const large = resigned(signedNotice({ consentId: victim.consentId }), `"${'x'.repeat(17 * 1024)}"`)
  expect((await post(large)).status).toBe(413)
  const honest = signedNotice({ consentId: victim.consentId })
  for (const other of ['north-bank', 'no-such-bank', '%2e%2e', sandboxBank.toUpperCase()]) {
    expect((await post(honest, world.noticeUrl.replace(sandboxBank, other))).status).toBe(404)
  }
  expect((await fetch(world.noticeUrl)).status).toBe(405)
  expect(await world.holds(victim)).toBe(true)
})

test('threat 8: a notice that is replayed a thousand times, many at once, has one effect', async () => {
  const sharer = await world.link()
  const delivery = signedNotice({ consentId: sharer.consentId })
  // Each from an address of its own: the limit for one address is another test.
  const { server } = world
  const replay = (at: number) =>
    server.inject({
      method: 'POST',
      url: new URL(world.noticeUrl).pathname,
      headers: delivery.headers,
      payload: delivery.body,
      remoteAddress: `10.1.${at >> 8}.${at & 255}`,
    })
  const answers = await Promise.all(Array.from({ length: 200 }, (_none, at) => replay(at)))
  for (let at = 200; at < 1_000; at += 1) answers.push(await replay(at))
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([204]))
  expect(await world.endingsOf(sharer)).toEqual(['bank'])
})

test('a notice about the consent of an earlier link leaves the new one alone', async () => {
  const before = await world.link()
  const now = await world.link(before)
  expect(now.consentId).not.toBe(before.consentId)
  expect((await post(signedNotice({ consentId: before.consentId }))).status).toBe(204)
  expect(await world.holds(now)).toBe(true)
  // The honest path, for the same customer.
  expect((await post(signedNotice({ consentId: now.consentId }))).status).toBe(204)
  expect(await world.holds(now)).toBe(false)
})

test('an old notice does not end a new link, though the bank used the consent’s id again', async () => {
  const sharer = await world.link()
  const old = signedNotice({ consentId: sharer.consentId })
  await post(old)
  const again = await world.link(sharer)
  await world.reuseConsentId(sharer)
  expect((await post(old)).status).toBe(204)
  expect(await world.holds(again)).toBe(true)
})

test('whoever sends without end is told to wait, and the honest bank is heard again afterwards', async () => {
  const { server } = world
  const forged = signedNotice({ consentId: 'x' }, { secret: 'some-other-secret-altogether' })
  const path = new URL(world.noticeUrl).pathname
  const from = (remoteAddress: string) =>
    server.inject({ method: 'POST', url: path, headers: forged.headers, payload: forged.body, remoteAddress })
  let last = 0
  for (let sent = 0; sent < 700 && last !== 429; sent += 1) last = (await from('10.9.9.9')).statusCode
  expect(last).toBe(429)
  expect((await from('10.9.9.10')).statusCode).toBe(401)
})

test('a consent ended at the bank is ended here when the bank hears our answer, and nothing is read after', async () => {
  const sharer = await world.link()
  const permit = await world.permit(sharer, 'balance')
  if (typeof permit === 'string') throw new Error(permit)
  world.notices.start()
  await eventually('the bank knows where to send', async () => (await subscribedUrl()) === world.noticeUrl)
  await world.control.revokeConsent(sharer.consentId)
  await eventually('the bank has told us', async () => !(await world.holds(sharer)))
  expect(await world.endingsOf(sharer)).toEqual(['bank'])
  expect(await world.permit(sharer, 'balance')).toBe('consent/no-grant')
  // A permit from before the end opens nothing any more either.
  expect(await world.banks.bank.fetchBalances(permit)).toEqual({ ok: false, code: 'banks/link-expired' })
  expect(await world.holds(victim)).toBe(true)
})

test('no login can learn a bank’s id of a consent, nor whose it is, beyond those that need it', async () => {
  for (const login of ['channel', 'notify', 'fraud', 'service', 'statistics', 'inspector', 'keystore'] as const) {
    const query = world.database.connect(login).rows(z.object({}), 'SELECT * FROM institutions.bank_consent')
    await expect(query).rejects.toThrow()
  }
  const stored = await world.database.admin.rows(
    z.object({ text: z.string() }),
    'SELECT c::text AS text FROM institutions.bank_consent c',
  )
  expect(stored.some(({ text }) => text.includes(victim.consentId))).toBe(false)
})

async function subscribedUrl(): Promise<string | undefined> {
  const shape = z.object({ callback_url: z.string().nullable() })
  const query = 'SELECT callback_url FROM institutions.notice_poll WHERE institution = $1'
  return (await world.database.admin.maybe(shape, query, [sandboxBank]))?.callback_url ?? undefined
}

function rewritten(delivery: Delivery, change: (signature: string) => string): Delivery {
  return changed(delivery, { 'webhook-signature': change(delivery.headers['webhook-signature'] ?? '') })
}

function flip(signature: string): string {
  const at = signature.length - 10
  const letter = signature[at] === 'A' ? 'B' : 'A'
  return signature.slice(0, at) + letter + signature.slice(at + 1)
}

function later(delivery: Delivery): Delivery {
  return changed(delivery, { 'webhook-timestamp': String(Number(delivery.headers['webhook-timestamp']) + 1) })
}

function spaced(delivery: Delivery): Delivery {
  return { ...delivery, body: JSON.stringify(JSON.parse(delivery.body), undefined, 1) }
}

function signedOverBody(delivery: Delivery): Delivery {
  const key = Buffer.from(pushSecret.slice(6), 'base64')
  return changed(delivery, {
    'webhook-signature': `v1,${createHmac('sha256', key).update(delivery.body).digest('base64')}`,
  })
}

/** Another body, signed as the bank would. */
function resigned(delivery: Delivery, body: string): Delivery {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = delivery.headers
  const key = Buffer.from(pushSecret.slice(6), 'base64')
  const bytes = Buffer.from(body, 'utf8')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(bytes).digest('base64')
  return { ...changed(delivery, { 'webhook-signature': `v1,${signature}` }), body }
}
