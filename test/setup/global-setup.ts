import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { TestProject } from 'vitest/node'
import { Secret } from '../../src/kernel/index.ts'
import {
  createDatabase,
  createLogger,
  createMetrics,
  inDatabase,
  migrate,
  openDatabase,
  readConnectionUrl,
  removePostgres,
  startPostgres,
  writeConnectionUrl,
} from '../../src/platform/index.ts'
import type { ConnectionConfig, Logger } from '../../src/platform/index.ts'
import { testLogins } from './server.ts'
import type { TestServer } from './server.ts'

/** One for all projects of a run, which each call the setup: made by the first, ended by the last. */
type Shared = { users: number; server: Promise<{ readonly server: TestServer; readonly end: () => Promise<void> }> }

declare global {
  var parleyTestServer: Shared | undefined
}

/** Starts one PostgreSQL for the run and migrates one template, or uses the server of `PARLEY_TEST_ADMIN_URL`. */
export async function setup(project: TestProject): Promise<void> {
  const shared = (globalThis.parleyTestServer ??= { users: 0, server: start() })
  shared.users += 1
  project.provide('testServer', (await shared.server).server)
}

/** Ends the server once the last project of the run is through. */
export async function teardown(): Promise<void> {
  const shared = globalThis.parleyTestServer
  if (shared === undefined) return
  shared.users -= 1
  if (shared.users > 0) return
  globalThis.parleyTestServer = undefined
  await (await shared.server).end()
}

async function start(): Promise<{ server: TestServer; end: () => Promise<void> }> {
  const logger = createLogger({ role: 'test', level: 'error', destination: process.stderr })
  const foreign = process.env['PARLEY_TEST_ADMIN_URL']
  return foreign === undefined ? ownServer(logger) : foreignServer(readConnectionUrl(foreign), logger)
}

const folderName = 'parley-test-'

async function ownServer(logger: Logger): Promise<{ server: TestServer; end: () => Promise<void> }> {
  await removeLeftovers()
  const folder = mkdtempSync(join(tmpdir(), folderName))
  // As root the server has an account of its own, which must reach its folder.
  chmodSync(folder, 0o711)
  writeFileSync(join(folder, 'owner'), String(process.pid))
  const dataDir = join(folder, 'postgres')
  const postgres = await startPostgres({ dataDir, logger, durable: false, sharedBuffersMb: 64, connectionsMax: 300 })
  const server = await makeTemplate(postgres.admin, 'parley_', logger)
  return {
    server,
    end: async () => {
      await removePostgres(dataDir)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A run that was killed leaves its server behind; its files are worth nothing. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderName))) {
    const folder = join(tmpdir(), name)
    const owner = join(folder, 'owner')
    if (!existsSync(owner) || isRunning(owner)) continue
    await removePostgres(join(folder, 'postgres'))
    rmSync(folder, { recursive: true, force: true })
  }
}

function isRunning(ownerFile: string): boolean {
  try {
    process.kill(Number(readFileSync(ownerFile, 'utf8')), 0)
    return true
  } catch {
    // Its process is gone.
    return false
  }
}

/** On a server that is not ours, everything we make carries a name of this run, and goes with it. */
async function foreignServer(
  admin: ConnectionConfig,
  logger: Logger,
): Promise<{ server: TestServer; end: () => Promise<void> }> {
  const server = await makeTemplate(admin, `t${randomBytes(4).toString('hex')}_`, logger)
  return { server, end: () => removeEverything(admin, server) }
}

async function makeTemplate(admin: ConnectionConfig, prefix: string, logger: Logger): Promise<TestServer> {
  const template = `${prefix}template`
  const passwords = Object.fromEntries(testLogins.map((login) => [login, randomBytes(18).toString('base64url')]))
  const secrets = Object.entries(passwords).map(([login, password]) => [login, new Secret(password)] as const)
  await migrate({
    admin: await createDatabase(admin, template),
    prefix,
    directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
    passwords: Object.fromEntries(secrets),
    logger,
  })
  return { adminUrl: writeConnectionUrl(admin).reveal(), template, prefix, passwords }
}

const named = z.object({ name: z.string() })

async function removeEverything(admin: ConnectionConfig, server: TestServer): Promise<void> {
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const database = openDatabase({ connection: inDatabase(admin, 'postgres'), logger, metrics })
  const like = `${server.prefix.replaceAll('_', '\\_')}%`
  const databases = await database.rows(named, 'SELECT datname AS name FROM pg_database WHERE datname LIKE $1', [like])
  for (const { name } of databases) await database.run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  const roles = await database.rows(named, 'SELECT rolname AS name FROM pg_roles WHERE rolname LIKE $1', [like])
  for (const { name } of roles) await database.run(`DROP ROLE ${name}`)
  await database.close()
}
