import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { Fault } from '../../kernel/index.ts'
import type { Secret } from '../../kernel/index.ts'
import { clientConfig } from '../database/client-config.ts'
import type { ConnectionConfig } from '../database/connection.ts'
import { faultOf } from '../database/database-fault.ts'
import { sqlState } from '../database/sql-state.ts'
import { platformFault } from '../fault.ts'
import type { Logger } from '../logger.ts'
import { checkApplied } from './check-applied.ts'
import { readMigrationFiles, renderMigrationFiles } from './migration-files.ts'
import { setPasswords } from './set-passwords.ts'

export type MigrateOptions = {
  /** A superuser, in the database to bring up to date. */
  readonly admin: ConnectionConfig
  /** Put before every role's name; `parley_` unless given. */
  readonly prefix?: string
  /** The folder of numbered SQL files. */
  readonly directory: string
  /** Login (without prefix: `answer`, `channel`, …) to password. */
  readonly passwords: Readonly<Record<string, Secret<string>>>
  readonly logger: Logger
}

/** Another start may migrate the same database; it is waited for this long. */
const lockWaitMs = 60_000
/** One file's statements, on a large database. */
const migrationMs = 3_600_000
const lockKey = 7_274_639
/** Roles belong to the whole cluster: databases migrated side by side meet there, and one of them tries again. */
const triesMax = 8

/**
 * Brings the database to the newest schema, one transaction a file, and sets the logins' passwords. Safe to run again
 * and by several processes at once. Throws `platform/migration-changed` when an applied file is not what it was.
 */
export async function migrate(options: MigrateOptions): Promise<{ readonly applied: readonly string[] }> {
  const rendered = mkdtempSync(join(tmpdir(), 'parley-migrate-'))
  try {
    for (let tries = 1; ; tries += 1) {
      try {
        return await migrateOnce(options, rendered)
      } catch (error) {
        if (tries === triesMax || !metAtRoles(error)) throw asMigrationFault(error)
        await new Promise((resolve) => setTimeout(resolve, randomInt(20, 40) * tries))
      }
    }
  } finally {
    rmSync(rendered, { recursive: true, force: true })
  }
}

async function migrateOnce(options: MigrateOptions, folder: string): Promise<{ readonly applied: readonly string[] }> {
  const files = readMigrationFiles(options.directory)
  renderMigrationFiles(files, folder, options.prefix ?? 'parley_')
  const client = new Client({ ...clientConfig(options.admin), query_timeout: migrationMs })
  // A lost connection fails the statement under way; that is where it is answered.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`SET lock_timeout = ${lockWaitMs}`)
    await client.query('SELECT pg_advisory_lock($1)', [lockKey])
    await checkApplied(client, files)
    const applied = await run(client, folder, options.logger)
    await setPasswords(client, options.prefix ?? 'parley_', options.passwords)
    return { applied }
  } finally {
    await client.end()
  }
}

async function run(client: Client, folder: string, logger: Logger): Promise<readonly string[]> {
  const { runner } = await import('node-pg-migrate')
  // Its messages may quote SQL; ours name the files.
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const done = await runner({
    dbClient: client,
    dir: folder,
    direction: 'up',
    migrationsSchema: 'migrations',
    createMigrationsSchema: true,
    migrationsTable: 'applied',
    noLock: true,
    logger: silent,
  })
  for (const { name } of done) logger.info('migrate.applied', { migration: name })
  return done.map(({ name }) => name)
}

/** Two databases of one cluster made or changed the same role at once. */
function metAtRoles(error: unknown): boolean {
  const state = sqlState(error)
  return state === 'XX000' || state === '42710' || state === '23505' || state === '40P01'
}

function asMigrationFault(error: unknown): Fault {
  if (error instanceof Fault) return error
  const fault = faultOf(error)
  return fault.code === 'platform/database-unavailable' ? fault : platformFault('platform/migration-failed', error)
}
