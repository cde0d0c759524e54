// Threat row 14: the log itself reveals behaviour, to a messenger that knows its own complete traffic.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { commitmentOf } from '../../src/audit/index.ts'
import { addLogRoutes } from '../../src/audit/log-routes.ts'
import { rememberPublished } from '../../src/audit/published-log.ts'
import { allLeaves, ambient, createLogWorld } from '../../src/audit/test-support/log-world.ts'
import type { LogWorld } from '../../src/audit/test-support/log-world.ts'
import { bytesColumn, createServer } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import { featuresOf, guess, publicView } from './log-watcher.ts'
import type { PublicView, Sample } from './log-watcher.ts'
import type { TestDatabase } from '../setup/database.ts'

let clone: TestDatabase
let log: LogWorld
let server: HttpServer
beforeAll(async () => {
  clone = await cloneDatabase()
  log = await createLogWorld(clone)
  server = await createServer(ambient, { title: 'log', version: '1' })
  // No remembered checkpoint: each beat of the test is looked at.
  const clock = { ...ambient.clock, now: () => (Date.now() * 10_000) as ReturnType<typeof ambient.clock.now> }
  const published = rememberPublished({ database: log.database, clock }, { retentionDays: 1096 })
  addLogRoutes(server, { database: log.database, published, keys: log.keys })
})
afterAll(async () => {
  await server.close()
  await log.end()
  await clone.drop()
})

async function get(path: string) {
  const answer = await server.inject({ method: 'GET', url: `/log/${path}` })
  return { status: answer.statusCode, bytes: answer.rawPayload, headers: answer.headers }
}

const view = (): Promise<PublicView> => publicView(async (path) => (await get(path)).bytes)

test('with all its traffic in hand, a watcher guesses who looked no better than a coin', async () => {
  const rounds = 120
  const samples: Sample[] = []
  const unpadded: Sample[] = []
  let before = 0
  for (let round = 0; round < rounds; round += 1) {
    // The messenger sent a message in every minute; whether it led to a look is what it wants to know.
    const looked = (createHash('sha256').update(`coin ${round}`).digest()[0] ?? 0) % 2 === 0
    const count = looked ? 1 + (round % 5) : 0
    if (looked) await log.mergeUntil((await log.look(count)).at(-1) ?? 0n)
    await log.writer().publish()
    const seen = await view()
    samples.push({ looked, features: featuresOf(seen, before) })
    unpadded.push({ looked, features: [count] })
    before = seen.size
  }
  expect(new Set(samples.map((sample) => sample.features[0]))).toEqual(new Set([64]))
  const { share, band } = guess(samples)
  expect(share).toBeLessThan(0.5 + band)
  // The same watcher sees most looks in a log whose growth is the number of entries: far beyond chance.
  const open = guess(unpadded)
  expect(open.share).toBeGreaterThan(0.5 + open.band)
})

test('nothing of a leaf, tile or bundle is served before its beat', async () => {
  const { size } = await view()
  // Enough to fill the next block before its beat.
  await log.mergeUntil((await log.look(70)).at(-1) ?? 0n)
  for (const width of [1, 2, 3, 64].map((more) => (size % 256) + more)) {
    const number = String(Math.floor(size / 256)).padStart(3, '0')
    if (width < 256) expect((await get(`tile/entries/${number}.p/${width}`)).status).toBe(404)
    if (width < 256) expect((await get(`tile/0/${number}.p/${width}`)).status).toBe(404)
  }
  await log.writer().publish()
  const after = await get('checkpoint')
  expect(after.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'public, max-age=2',
  })
  const tile = await get('tile/0/000')
  expect(tile.bytes).toHaveLength(8_192)
  expect(tile.headers).toMatchObject({ 'content-type': 'application/octet-stream' })
  expect(tile.headers['cache-control']).toMatch(/immutable/)
})

const entryRow = z.object({ fields: z.string(), commitment: bytesColumn, salt_sealed: bytesColumn })

test('once the salts are gone, knowing every field of every entry finds none of them in the log', async () => {
  const entries = await clone.admin.rows(
    entryRow,
    'SELECT audit.fields(e) AS fields, e.commitment, e.salt_sealed FROM audit.entry e',
  )
  const leaves = new Set((await allLeaves(log.database)).map(({ commitment }) => commitment.toString('hex')))
  const found = entries.filter(({ fields, salt_sealed }) => {
    const guesses = [
      createHash('sha256').update(fields).digest(),
      createHash('sha256').update(Buffer.of(0x50)).update(fields).digest(),
      commitmentOf(Buffer.alloc(32), fields),
      commitmentOf(salt_sealed.subarray(0, 32), fields),
      commitmentOf(salt_sealed.subarray(-32), fields),
    ]
    return guesses.some((guess) => leaves.has(guess.toString('hex')))
  })
  expect(found).toEqual([])
  // And every entry is there, for whoever holds its salt.
  expect(entries.every(({ commitment }) => leaves.has(commitment.toString('hex')))).toBe(true)
})
