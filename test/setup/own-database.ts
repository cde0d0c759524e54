import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Secret } from '../../src/kernel/index.ts'
import {
  asLogin,
  createDatabase,
  createLogger,
  createMetrics,
  inDatabase,
  migrate,
  openDatabase,
} from '../../src/platform/index.ts'
import type { ConnectionConfig, Database, DatabaseOptions } from '../../src/platform/index.ts'
import { repositoryRoot } from './build-folder.ts'
import type { TestDatabase } from './database.ts'
import { testLogins } from './server.ts'

/** What the logins of a database are to log in with. */
export type Passwords = Readonly<Record<string, string>>

/** Passwords for a server of a test's own. */
export function makePasswords(): Passwords {
  return Object.fromEntries(testLogins.map((login) => [login, randomBytes(18).toString('base64url')]))
}

const databaseName = 'parley'

/**
 * A migrated database on a server that a test started by itself, used like the run's own ({@link TestDatabase}). Safe to call
 * again on the same server: what is there is kept.
 */
export async function openOwnDatabase(server: ConnectionConfig, passwords: Passwords): Promise<TestDatabase> {
  const logger = createLogger({ role: 'test', level: 'error', destination: process.stderr })
  const admin = await createDatabase(server, databaseName)
  await migrate({
    admin,
    directory: join(repositoryRoot, 'migrations'),
    passwords: Object.fromEntries(
      Object.entries(passwords).map(([login, password]) => [login, new Secret(password)] as const),
    ),
    logger,
  })
  const opened: Database[] = []
  const open = (connection: ConnectionConfig, options: Partial<DatabaseOptions> = {}): Database => {
    const quiet = {
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
    }
    const database = openDatabase({ connection, ...quiet, poolMax: 4, ...options })
    opened.push(database)
    return database
  }
  const connection: TestDatabase['connection'] = (login) =>
    asLogin(inDatabase(server, databaseName), `parley_${login}`, new Secret(passwords[login] ?? ''))
  return {
    connect: (login, options) => open(connection(login), options),
    connection,
    admin: open(admin),
    adminConnection: admin,
    prefix: 'parley_',
    async drop() {
      await Promise.all(opened.map((database) => database.close()))
    },
  }
}
