import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { Secret } from '../../kernel/index.ts'
import { asLogin, inDatabase, readConnectionUrl } from '../database/connection.ts'
import type { ConnectionConfig } from '../database/connection.ts'
import type { Database } from '../database/database.ts'
import { openDatabase } from '../database/open-database.ts'
import { createLogger } from '../logger.ts'
import { createMetrics } from '../metrics.ts'
import { systemRandom } from '../random.ts'
import { createDatabase } from './create-database.ts'
import { migrate } from './migrate.ts'

const ours = fileURLToPath(new URL('../../../migrations', import.meta.url))
const lines: string[] = []
const logger = createLogger({ role: 'test', level: 'debug', destination: { write: (line) => lines.push(line) } })
const passwords = { answer: new Secret('a-long-test-password'), channel: new Secret('another-test-password') }

let directory: string
let prefix: string
let admin: ConnectionConfig
let opened: Database[] = []

const connect = (connection: ConnectionConfig): Database => {
  const database = openDatabase({ connection, logger, metrics: createMetrics({ processMetrics: false }), poolMax: 2 })
  opened.push(database)
  return database
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-migrations-'))
  cpSync(ours, directory, { recursive: true })
  prefix = `m${Buffer.from(systemRandom.bytes(4)).toString('hex')}_`
  admin = await createDatabase(readConnectionUrl(inject('testServer').adminUrl), `${prefix}db`)
})

afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()))
  opened = []
  const root = connect(inDatabase(admin, 'postgres'))
  await root.run(`DROP DATABASE ${prefix}db WITH (FORCE)`)
  const like = `${prefix.replaceAll('_', '\\_')}%`
  const roles = await root.rows(
    z.object({ rolname: z.string() }),
    'SELECT rolname FROM pg_roles WHERE rolname LIKE $1',
    [like],
  )
  for (const { rolname } of roles) await root.run(`DROP ROLE ${rolname}`)
  await root.close()
  opened = []
  rmSync(directory, { recursive: true, force: true })
})

const run = () => migrate({ admin, prefix, directory, passwords, logger })

test('an empty database comes up to date once; a second run has nothing to do; logins carry the prefix', async () => {
  const first = await run()
  expect(first.applied[0]).toBe('0001_roles')
  expect(first.applied).toContain('0002_jobs')
  expect((await run()).applied).toEqual([])
  const login = connect(asLogin(admin, `${prefix}answer`, passwords.answer))
  const who = await login.one(z.object({ who: z.string() }), 'SELECT session_user AS who')
  expect(who).toEqual({ who: `${prefix}answer` })
  await expect(
    connect(asLogin(admin, `${prefix}answer`, new Secret('wrong'))).one(z.unknown(), 'SELECT 1'),
  ).rejects.toMatchObject({
    code: 'platform/login-refused',
  })
})

test('a changed password takes effect, and no password is ever logged', async () => {
  await run()
  const changed = new Secret('a-changed-test-password')
  await migrate({ admin, prefix, directory, passwords: { answer: changed }, logger })
  await connect(asLogin(admin, `${prefix}answer`, changed)).one(z.unknown(), 'SELECT 1')
  expect(lines.join('')).not.toContain('test-password')
})

test('an applied file that changed, or is gone, is refused by name, and nothing is applied', async () => {
  await run()
  const file = join(directory, '0002_jobs.sql')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, `${text}\n-- changed\n`)
  writeFileSync(join(directory, `${nextNumber()}_new.sql`), 'CREATE TABLE public.never (n int);')
  await expect(run()).rejects.toMatchObject({ code: 'platform/migration-changed', cause: new Error('0002_jobs') })
  writeFileSync(file, text)
  rmSync(join(directory, `${nextNumber(-1)}_new.sql`))
  expect((await run()).applied).toEqual([])
})

function nextNumber(add = 0): string {
  const applied = readdirNumbers()
  return String(Math.max(...applied) + 1 + add).padStart(4, '0')
}

function readdirNumbers(): readonly number[] {
  return readdirSync(directory).map((name) => Number(name.slice(0, 4)))
}

test('a file that fails leaves nothing of itself, and the ones before it stand', async () => {
  writeFileSync(join(directory, `${nextNumber()}_bad.sql`), 'CREATE TABLE public.half (n int);\nSELECT 1 / 0;\n')
  await expect(run()).rejects.toMatchObject({ code: 'platform/migration-failed' })
  const database = connect(admin)
  const found = await database.one(
    z.object({ half: z.string().nullable(), job: z.string().nullable() }),
    `SELECT to_regclass('public.half')::text AS half, to_regclass('platform.job')::text AS job`,
  )
  expect(found).toEqual({ half: null, job: 'platform.job' })
})

test('a gap in the numbers is refused', async () => {
  rmSync(join(directory, '0002_jobs.sql'))
  await expect(run()).rejects.toMatchObject({ code: 'platform/migration-missing' })
})

test('several at once on one database bring it up to date once', async () => {
  const all = await Promise.all([run(), run(), run()])
  expect(all.filter(({ applied }) => applied.length > 0)).toHaveLength(1)
})
