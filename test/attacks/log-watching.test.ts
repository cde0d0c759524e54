// Threat row 14: the log itself reveals behaviour, to a messenger that knows its own complete traffic.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { addLogRoutes, commitmentOf } from '../../src/audit/index.ts'
import { parseLeaf } from '../../src/audit/leaf.ts'
import { allLeaves, ambient, createLogWorld } from '../../src/audit/test-support/log-world.ts'
import type { LogWorld } from '../../src/audit/test-support/log-world.ts'
import { decodeBundle, parseCheckpoint, parseNote } from '../../src/kernel/index.ts'
import { bytesColumn, createServer } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'

let clone: TestDatabase
let log: LogWorld
let server: HttpServer
beforeAll(async () => {
  clone = await cloneDatabase()
  log = await createLogWorld(clone)
  server = await createServer(ambient, { title: 'log', version: '1' })
  const vkey = log.key.verifierKey
  // No remembered checkpoint: each beat of the test is looked at.
  const clock = { ...ambient.clock, now: () => (Date.now() * 10_000) as ReturnType<typeof ambient.clock.now> }
  addLogRoutes(server, { database: log.database, clock, verifierKey: vkey, promiseVerifierKey: vkey })
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

/** What anybody sees: the size, and the new leaves in their order. */
async function publicView(): Promise<{ readonly size: number; readonly last: readonly Buffer[] }> {
  const { bytes } = await get('checkpoint')
  const size = Number(parseCheckpoint(parseNote(bytes)?.text ?? '')?.size)
  const index = Math.floor((size - 1) / 256)
  const width = size - index * 256
  const number = String(index).padStart(3, '0')
  const bundle = await get(`tile/entries/${number}${width === 256 ? '' : `.p/${width}`}`)
  const leaves = (decodeBundle(bundle.bytes, width) ?? []).slice(-64).map((leaf) => Buffer.from(parseLeaf(leaf) ?? []))
  return { size, last: leaves }
}

/** What a watcher could compare: growth, mean byte, set bits, repeated bytes at the start, order. */
function features(
  view: { readonly size: number; readonly last: readonly Buffer[] },
  before: number,
): readonly number[] {
  const all = Buffer.concat(view.last)
  const bits = all.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  const rising = view.last.filter((leaf, at) => at > 0 && Buffer.compare(view.last[at - 1] ?? leaf, leaf) < 0).length
  return [
    view.size - before,
    all.reduce((sum, byte) => sum + byte, 0) / all.length,
    bits / all.length,
    new Set(view.last.map((leaf) => leaf.toString('hex', 0, 1))).size,
    rising,
  ]
}

test('with all its traffic in hand, a watcher guesses who looked no better than a coin', async () => {
  const rounds = 120
  const samples: { readonly looked: boolean; readonly features: readonly number[] }[] = []
  let before = 0
  for (let round = 0; round < rounds; round += 1) {
    // The messenger sent a message in every minute; whether it led to a look is what it wants to know.
    const looked = (createHash('sha256').update(`coin ${round}`).digest()[0] ?? 0) % 2 === 0
    if (looked) await log.mergeUntil((await log.look(1 + (round % 5))).at(-1) ?? 0n)
    await log.writer().publish()
    const view = await publicView()
    samples.push({ looked, features: features(view, before) })
    before = view.size
  }
  expect(new Set(samples.map((sample) => sample.features[0]))).toEqual(new Set([64]))
  const [learned, guessed] = [samples.slice(0, rounds / 2), samples.slice(rounds / 2)]
  const right = guessed.filter((sample) => nearest(learned, sample.features) === sample.looked).length
  // Of 60 coin flips, 30 ± 15 with all but one in ten thousand.
  expect(Math.abs(right - guessed.length / 2)).toBeLessThan(15)
})

function nearest(
  learned: readonly { readonly looked: boolean; readonly features: readonly number[] }[],
  given: readonly number[],
): boolean {
  const centre = (looked: boolean): readonly number[] =>
    given.map((_, at) => {
      const values = learned.filter((one) => one.looked === looked).map((one) => one.features[at] ?? 0)
      return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
    })
  const spread = given.map((_, at) => Math.max(1e-9, deviation(learned.map((one) => one.features[at] ?? 0))))
  const distance = (to: readonly number[]): number =>
    given.reduce((sum, value, at) => sum + ((value - (to[at] ?? 0)) / (spread[at] ?? 1)) ** 2, 0)
  return distance(centre(true)) < distance(centre(false))
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

test('nothing of a leaf, tile or bundle is served before its beat', async () => {
  const { size } = await publicView()
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
