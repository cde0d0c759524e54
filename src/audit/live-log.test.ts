import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { eventually } from '../../test/setup/eventually.ts'
import { toBase64, verifyLog } from '../kernel/index.ts'
import type { LogSource } from '../kernel/index.ts'
import { bytesColumn, createServer, instantColumn } from '../platform/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { createLiveLog, logLimits } from './index.ts'
import type { LiveLog } from './index.ts'
import { leafHashOf } from './leaf.ts'
import { logCrypto } from './log-crypto.ts'
import { openPromise } from './promise.ts'
import { ambient, createLogWorld } from './test-support/log-world.ts'
import type { LogWorld } from './test-support/log-world.ts'

let clone: TestDatabase
let world: LogWorld
let live: LiveLog
let server: HttpServer
beforeAll(async () => {
  clone = await cloneDatabase()
  world = await createLogWorld(clone)
  live = createLiveLog(
    { ...ambient, database: world.database },
    { keys: world.keys, witnesses: [], beatMs: 200, retentionDays: 1096 },
  )
  server = await createServer(ambient, { title: 'log', version: '1', limits: logLimits })
  live.addRoutes(server)
})
afterAll(async () => {
  await server.close()
  await live.stop()
  await world.end()
  await clone.drop()
})

const get = async (path: string) => {
  const { statusCode, rawPayload, headers } = await server.inject({ method: 'GET', url: `/log/${path}` })
  return { status: statusCode, text: rawPayload.toString('utf8'), bytes: rawPayload, headers }
}

/** The log as a verifier reads it over the routes. */
const served: LogSource = {
  name: 'the routes',
  read: async (path) => {
    const { status, bytes } = await get(path)
    return status === 200 ? bytes : undefined
  },
  checkpoints: () => Promise.resolve([]),
}

const entryRow = z.object({ commitment: bytesColumn, at: instantColumn })

test('before the first beat there is nothing to see, and that is no error of the reader’s', async () => {
  expect((await get('checkpoint')).status).toBe(404)
  expect((await get('tile/0/000.p/64')).status).toBe(404)
  expect(await live.published()).toBeUndefined()
})

test('a look is promised at once, merged in time, published with the beat, and proven to whoever asks', async () => {
  live.start()
  const promises = live.promisesFor(world.answer)
  const [ticket = 0n] = await world.look(1)
  const entry = await clone.admin.one(entryRow, 'SELECT commitment, at FROM audit.entry WHERE seq = $1', [ticket])
  const note = promises.promise({ ticket, commitment: entry.commitment, at: entry.at })
  const promised = openPromise(world.keys.promise.noteKey, note)?.leafHash ?? Buffer.of()
  expect(toBase64(promised)).toBe(toBase64(leafHashOf(entry.commitment)))
  await eventually('the promise noted', async () => (await live.promiseOf(ticket)) === note)
  await eventually('the entry published', async () => (await live.prove(ticket)) !== 'waiting')
  const proof = await live.prove(ticket)
  expect(proof).toMatchObject({ commitment: entry.commitment })
  const published = await live.published()
  expect(published?.size).toBeGreaterThanOrEqual(64n)
  expect(published?.hash).toHaveLength(32)
  expect(await live.promiseOf(ticket + 1_000n)).toBeUndefined()
})

test('the three keys and the minimum index are served beside the log, open to pages of other origins', async () => {
  for (const [path, text] of [
    ['vkey', world.keys.log.verifierKey],
    ['promise-vkey', world.keys.promise.verifierKey],
    ['receipt-vkey', world.keys.receipt.verifierKey],
    ['minimum-index', '0'],
  ]) {
    const answer = await get(path ?? '')
    expect(answer.text).toBe(`${text}\n`)
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' })
  }
})

test('entries older than the retention are withheld, the hashes over them are not, and the log still verifies', async () => {
  await eventually('a tile and more', async () => ((await live.published())?.size ?? 0n) > 448n)
  const { size } = await clone.admin.one(
    z.object({ size: z.bigint() }),
    `WITH aged AS (UPDATE log.checkpoint SET at = at - interval '4 years' WHERE size <= 320 RETURNING size)
     SELECT max(size) AS size FROM aged`,
  )
  expect(size).toBe(320n)
  await eventually('the new minimum', async () => (await get('minimum-index')).text === '256\n')
  const withheld = await get('tile/entries/000')
  expect(withheld.status).toBe(410)
  expect(JSON.parse(withheld.text)).toMatchObject({ code: 'audit/entries-withheld' })
  expect((await get('tile/0/000')).status).toBe(200)
  expect((await get('tile/entries/001.p/1')).status).toBe(200)
  expect(await verifyLog(logCrypto, served, { key: world.key.noteKey })).toMatchObject({ ok: true, withheld: 256n })
})

test('a log that withholds entries which it says it serves does not verify', async () => {
  const silent: LogSource = {
    ...served,
    read: (path) => (path === 'minimum-index' ? Promise.resolve(undefined) : served.read(path)),
  }
  expect(await verifyLog(logCrypto, silent, { key: world.key.noteKey })).toMatchObject({
    problem: { code: 'resource-missing', resource: 'tile/entries/000' },
  })
})
