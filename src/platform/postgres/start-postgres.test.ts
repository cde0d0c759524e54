import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../../../test/setup/eventually.ts'
import { Secret } from '../../kernel/index.ts'
import type { ConnectionConfig } from '../database/connection.ts'
import { openDatabase } from '../database/open-database.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { isAlive } from './postmaster-file.ts'
import { removePostgres } from './remove-postgres.ts'
import { startPostgres } from './start-postgres.ts'
import type { PostgresOptions, RunningPostgres } from './start-postgres.ts'

const logger = createLogger({ role: 'test', level: 'silent' })
const asRoot = process.getuid?.() === 0

let base: string
let dataDir: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'parley-launcher-'))
  chmodSync(base, 0o755)
  dataDir = join(base, 'data')
})
afterEach(async () => {
  await removePostgres(dataDir)
  rmSync(base, { recursive: true, force: true })
})

/** A folder that a server has been in already, copied: making one anew takes half a second. */
let made: string
beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'parley-launcher-made-'))
  chmodSync(made, 0o755)
  await (await startPostgres({ dataDir: join(made, 'data'), logger, sharedBuffersMb: 16, durable: false })).stop()
})
afterAll(() => rmSync(made, { recursive: true, force: true }))

async function startAgain(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  spawnSync('cp', ['-a', join(made, 'data'), dataDir])
  return start(options)
}

const start = (options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> =>
  startPostgres({ dataDir, logger, sharedBuffersMb: 16, durable: false, ...options })

async function ask<Row>(admin: ConnectionConfig, shape: z.ZodType<Row>, text: string): Promise<Row> {
  const database = openDatabase({
    connection: admin,
    logger,
    metrics: createMetrics({ processMetrics: false }),
    poolMax: 1,
  })
  try {
    return await database.one(shape, text)
  } finally {
    await database.close()
  }
}

test('a server starts in an empty folder, on a socket only we can reach, syncing to disk; and starts again', async () => {
  const first = await startPostgres({ dataDir, logger })
  expect(first.adopted).toBe(false)
  const settings = z.object({ listen: z.string(), fsync: z.string(), commit: z.string(), sync: z.string() })
  expect(
    await ask(
      first.admin,
      settings,
      `SELECT current_setting('listen_addresses') AS listen, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS commit, current_setting('full_page_writes') AS sync`,
    ),
  ).toEqual({ listen: '', fsync: 'on', commit: 'on', sync: 'on' })
  expect(statSync(first.admin.host).mode & 0o777).toBe(0o700)
  expect(statSync(join(dataDir, 'admin-password')).mode & 0o777).toBe(0o600)
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  const again = await start()
  expect(again.adopted).toBe(false)
  await again.stop()
})

test('no login without the right password, superuser or not', async () => {
  const { admin } = await startAgain()
  const guess = { ...admin, password: new Secret('guess') }
  await expect(ask(guess, z.unknown(), 'SELECT 1')).rejects.toMatchObject({ code: 'platform/login-refused' })
  await expect(ask({ ...guess, user: 'nobody' }, z.unknown(), 'SELECT 1')).rejects.toMatchObject({
    code: 'platform/login-refused',
  })
})

test('a server that outlived its parent is taken over, with its data', async () => {
  const first = await startAgain()
  await ask(first.admin, z.unknown(), 'SELECT 1')
  const second = await start()
  expect([second.adopted, second.pid]).toEqual([true, first.pid])
  expect(await ask(second.admin, z.object({ one: z.number() }), 'SELECT 1 AS one')).toEqual({ one: 1 })
  await second.stop()
})

test('after kill -9 of the server it starts again at once, and what was acknowledged is there', async () => {
  const first = await startAgain({ durable: true })
  const database = openDatabase({ connection: first.admin, logger, metrics: createMetrics({ processMetrics: false }) })
  await database.run('CREATE TABLE kept (n bigint PRIMARY KEY)')
  let acknowledged = 0n
  const writer = (async () => {
    try {
      for (let n = 1n; ; n += 1n) {
        await database.run('INSERT INTO kept VALUES ($1)', [n])
        acknowledged = n
      }
    } catch (error) {
      return error
    }
  })()
  await eventually('some are written', () => acknowledged > 50n)
  process.kill(first.pid, 'SIGKILL')
  expect(await writer).toMatchObject({ code: 'platform/database-unavailable', retry: 'later' })
  const second = await start()
  expect(second.adopted).toBe(false)
  const kept = await ask(second.admin, z.object({ n: z.bigint() }), 'SELECT count(*) AS n FROM kept')
  expect(kept.n).toBeGreaterThanOrEqual(acknowledged)
  await database.close()
})

test('a stale pid file with the number of a stranger is seen through', async () => {
  const first = await startAgain()
  await first.stop()
  const stranger = spawn('sleep', ['60'])
  writeFileSync(
    join(dataDir, 'cluster', 'postmaster.pid'),
    `${stranger.pid}\n${dataDir}/cluster\n0\n5432\n${dataDir}/socket\n\n\nready\n`,
  )
  const second = await start()
  expect(second.adopted).toBe(false)
  expect(isAlive(stranger.pid ?? 0)).toBe(true)
  stranger.kill()
})

test('two starts at once on one folder give one server', async () => {
  const both = await Promise.all([start(), start()])
  expect(both[0].pid).toBe(both[1].pid)
  expect(both.filter((one) => one.adopted)).toHaveLength(1)
})

test('a start that was killed half-way leaves nothing that the next one trips over', async () => {
  await (await startAgain()).stop()
  renameSync(join(dataDir, 'cluster'), join(dataDir, 'cluster.making-abc'))
  const dead = spawnSync('true').pid
  writeFileSync(join(dataDir, 'starting'), String(dead))
  const again = await start()
  expect(existsSync(join(dataDir, 'cluster.making-abc'))).toBe(false)
  await again.stop()
})

test.each([
  ['is not a server’s folder', 'PG_VERSION', undefined, 'platform/postgres-folder-broken'],
  ['is of a newer PostgreSQL', 'PG_VERSION', '99\n', 'platform/postgres-folder-newer'],
  ['is of an older PostgreSQL', 'PG_VERSION', '9\n', 'platform/postgres-folder-older'],
  ['has lost a part', 'global/pg_control', undefined, 'platform/postgres-start-failed'],
])('a folder that %s is refused in one line, and left as it was', async (_, file, text, code) => {
  await (await startAgain()).stop()
  const path = join(dataDir, 'cluster', file)
  if (text === undefined) unlinkSync(path)
  else writeFileSync(path, text)
  await expect(start()).rejects.toMatchObject({ code, retry: 'never' })
  expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(text)
})

test('a folder with a very long name gets a short place for its socket', async () => {
  dataDir = join(base, 'a'.repeat(120), 'b'.repeat(100))
  const server = await start()
  expect(Buffer.byteLength(`${server.admin.host}/.s.PGSQL.5432`)).toBeLessThan(104)
  const host = server.admin.host
  await removePostgres(dataDir)
  expect(existsSync(host)).toBe(false)
})

test('stopping does not wait for open transactions, and ends other sessions', async () => {
  const server = await startAgain()
  const database = openDatabase({ connection: server.admin, logger, metrics: createMetrics({ processMetrics: false }) })
  const open = database.transaction(async (tx) => {
    await tx.run('SELECT 1')
    await server.stop()
    await tx.run('SELECT 1')
  })
  await expect(open).rejects.toMatchObject({ code: 'platform/database-unavailable' })
  await database.close()
})

test.runIf(asRoot)('as root, the server runs as somebody else, who owns its files', async () => {
  const server = await startAgain()
  const uid = statSync(join(dataDir, 'cluster')).uid
  expect(uid).not.toBe(0)
  expect(readFileSync(`/proc/${server.pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}`, 'm'))
})

test.runIf(asRoot)('as root below a private folder, the server lives beside it, and goes with it', async () => {
  chmodSync(base, 0o700)
  const server = await start()
  expect(lstatSync(dataDir).isSymbolicLink()).toBe(true)
  const real = realpathSync(dataDir)
  expect(await ask(server.admin, z.object({ one: z.number() }), 'SELECT 1 AS one')).toEqual({ one: 1 })
  await server.stop()
  const again = await start()
  expect(realpathSync(dataDir)).toBe(real)
  await again.stop()
  await removePostgres(dataDir)
  expect(existsSync(real)).toBe(false)
})

test.runIf(asRoot)('as root, a prepared folder of somebody else’s is not used for the socket', async () => {
  mkdirSync(join(dataDir, 'socket'), { recursive: true })
  spawnSync('chown', ['1234', join(dataDir, 'socket')])
  await expect(start()).rejects.toMatchObject({ code: 'platform/postgres-folder-broken' })
})
