import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Secret } from '../../src/kernel/index.ts'
import {
  asLogin,
  createDatabase,
  createLogger,
  createMetrics,
  migrate,
  openDatabase,
  removePostgres,
  startPostgres,
} from '../../src/platform/index.ts'
import type { ConnectionConfig, Database, DatabaseOptions } from '../../src/platform/index.ts'

/** A server with Parley's schema that exists for one measurement. */
export type BenchDatabase = {
  /** The administrator's pool. */
  readonly owner: Database
  readonly admin: ConnectionConfig
  /** The server's first process. */
  readonly pid: number
  readonly passwords: Readonly<Record<string, Secret<string>>>
  /** A pool of one of the logins, named without prefix. */
  connect(login: string, options?: Partial<DatabaseOptions>): Database
  connection(login: string): ConnectionConfig
}

const logger = createLogger({ role: 'bench', level: 'error', destination: process.stderr })
const ambient = { logger, metrics: createMetrics({ processMetrics: false }) }

/** Enough that what is measured stays in memory; the disk is synchronised as in earnest. */
const sharedBuffersMb = 256

/**
 * Starts a durable server of its own, migrates it with passwords for these logins, lets the work measure, and removes everything
 * again, pools included, however the work ended.
 */
export async function withDatabase<Result>(
  logins: readonly string[],
  work: (database: BenchDatabase) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const dataDir = join(folder, 'postgres')
  const opened: Database[] = []
  const open = (connection: ConnectionConfig, options: Partial<DatabaseOptions> = {}): Database => {
    const database = openDatabase({ ...ambient, connection, ...options })
    opened.push(database)
    return database
  }
  const postgres = await startPostgres({ dataDir, logger, sharedBuffersMb })
  try {
    const admin = await createDatabase(postgres.admin, 'bench')
    const passwords = Object.fromEntries(
      logins.map((login) => [login, new Secret(randomBytes(18).toString('base64url'))]),
    )
    const directory = fileURLToPath(new URL('../../migrations', import.meta.url))
    await migrate({ admin, directory, passwords, logger })
    const connection = (login: string): ConnectionConfig => {
      const password = passwords[login]
      if (password === undefined) throw new Error(`no password was made for ${login}`)
      return asLogin(admin, `parley_${login}`, password)
    }
    return await work({
      owner: open(admin),
      admin,
      pid: postgres.pid,
      passwords,
      connection,
      connect: (login, options) => open(connection(login), options),
    })
  } finally {
    await Promise.all(opened.map((database) => database.close()))
    await removePostgres(dataDir)
    rmSync(folder, { recursive: true, force: true })
  }
}
