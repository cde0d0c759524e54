import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, cloneDatabase } from '../setup/database.ts'
import { type MessengerHarness, pageId, startMessenger } from '../setup/messenger-harness.ts'

// Third-party webhook bodies (MIT): what other people's software met. Registered only where PARLEY_FIXTURES is set.
const folder = join(process.env['PARLEY_FIXTURES'] ?? '', 'messenger')

type Fixture = { readonly name: string; readonly body: string }

let clone: TestDatabase
let gateway: MessengerHarness

beforeAll(async () => {
  clone = await cloneDatabase()
  gateway = await startMessenger(clone)
})
afterAll(async () => {
  await gateway.close()
  await clone.drop()
})

function readFixtures(at: string): readonly Fixture[] {
  return readdirSync(at).flatMap((name) => {
    const path = join(at, name)
    if (statSync(path).isDirectory()) return readFixtures(path)
    const text = readFileSync(path, 'utf8')
    // A recorded conversation is one file of named bodies.
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || 'object' in parsed) return [{ name, body: text }]
    return Object.entries(parsed)
      .filter(([, value]) => typeof value === 'object')
      .map(([part, value]) => ({ name: `${name}#${part}`, body: JSON.stringify(value) }))
  })
}

const countShape = z.object({ count: z.bigint() })
const storedCount = async (): Promise<number> =>
  Number((await clone.admin.one(countShape, 'SELECT count(*) FROM channels.inbound_message')).count)

/** The same body, addressed to our page: then it is not ignored for being somebody else's. */
function toOurPage(body: string): string {
  const parsed = JSON.parse(body) as { entry?: { messaging?: { recipient?: { id?: unknown } }[] }[] }
  for (const entry of parsed.entry ?? []) {
    for (const event of entry.messaging ?? []) if (event.recipient !== undefined) event.recipient.id = Number(pageId)
  }
  return JSON.stringify(parsed)
}

const isFromPerson = (body: string): boolean =>
  /"mid"|"postback"/.test(body) && !/is_echo|"standby"|"delivery"|"reaction"|user_ref/.test(body)

test('every known webhook body is answered 200 and either stored or ignored, never with an error', async () => {
  const fixtures = readFixtures(folder)
  expect(fixtures.length).toBeGreaterThan(30)
  for (const { name, body } of fixtures) {
    expect((await gateway.post(body)).status, name).toBe(200)
    const before = await storedCount()
    const addressed = toOurPage(body)
    expect((await gateway.post(addressed)).status, name).toBe(200)
    expect((await gateway.post(addressed)).status, name).toBe(200)
    expect((await storedCount()) - before, name).toBeLessThanOrEqual(1)
  }
})

test('what people wrote or tapped in those bodies is stored once each', async () => {
  await clone.admin.run('TRUNCATE channels.conversation CASCADE')
  const written = readFixtures(folder).filter(({ body }) => isFromPerson(body))
  expect(written.length).toBeGreaterThan(10)
  for (const { name, body } of written) {
    const before = await storedCount()
    await gateway.post(toOurPage(body))
    const isRepeat = (await storedCount()) === before
    // Collections repeat ids; whatever is not new must at least be there.
    expect(isRepeat ? await storedCount() : before + 1, name).toBe(await storedCount())
  }
  expect(await storedCount()).toBeGreaterThan(5)
})

test('the same bodies truncated anywhere are 400, and nothing is stored', async () => {
  const before = await storedCount()
  for (const { body } of readFixtures(folder)) {
    for (const share of [0.2, 0.5, 0.9]) {
      const response = await gateway.post(body.trimEnd().slice(0, Math.floor(body.trimEnd().length * share)))
      expect(response.status).toBe(400)
    }
  }
  expect(await storedCount()).toBe(before)
})
