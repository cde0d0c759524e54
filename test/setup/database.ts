import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { Secret } from '../../src/kernel/index.ts'
import {
  asLogin,
  createLogger,
  createMetrics,
  inDatabase,
  openDatabase,
  readConnectionUrl,
} from '../../src/platform/index.ts'
import type { ConnectionConfig, Database, DatabaseOptions } from '../../src/platform/index.ts'
import { testLogins } from './server.ts'
import type { TestLogin } from './server.ts'

/** A migrated database of one's own, on the run's server. */
export type TestDatabase = {
  /** Another pool as this login; closed by `drop`. */
  connect(login: TestLogin, options?: Partial<DatabaseOptions>): Database
  /** For programs that connect by themselves. */
  connection(login: TestLogin): ConnectionConfig
  /** The administrator, in this database: for looking and for preparing, never for what a promise is about. */
  readonly admin: Database
  readonly adminConnection: ConnectionConfig
  /** What roles are named after here (`parley_` on the run's own server). */
  readonly prefix: string
  drop(): Promise<void>
}

/** Copies the run's template; takes some tens of milliseconds. Call `drop` when done. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const server = inject('testServer')
  const root = readConnectionUrl(server.adminUrl)
  const name = `${server.prefix}${randomBytes(6).toString('hex')}`
  await onServer(root, async (maintenance) => {
    await maintenance.run(`CREATE DATABASE ${name} TEMPLATE ${server.template}`)
    // A copy does not inherit who may connect.
    await maintenance.run(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
    const logins = [...testLogins, 'institution'].map((login) => server.prefix + login)
    await maintenance.run(`GRANT CONNECT ON DATABASE ${name} TO ${logins.join(', ')}`)
  })
  const opened: Database[] = []
  const open = (connection: ConnectionConfig, options: Partial<DatabaseOptions> = {}): Database => {
    const database = openDatabase({ connection, ...quiet(), poolMax: 4, ...options })
    opened.push(database)
    return database
  }
  const connection = (login: TestLogin): ConnectionConfig =>
    asLogin(inDatabase(root, name), server.prefix + login, new Secret(server.passwords[login] ?? ''))
  const adminConnection = inDatabase(root, name)
  return {
    connect: (login, options) => open(connection(login), options),
    connection,
    admin: open(adminConnection),
    adminConnection,
    prefix: server.prefix,
    async drop() {
      await Promise.all(opened.map((database) => database.close()))
      await onServer(root, (maintenance) => maintenance.run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}

async function onServer(root: ConnectionConfig, work: (maintenance: Database) => Promise<unknown>): Promise<void> {
  const maintenance = openDatabase({ connection: root, ...quiet(), poolMax: 1 })
  try {
    await work(maintenance)
  } finally {
    await maintenance.close()
  }
}

function quiet(): Pick<DatabaseOptions, 'logger' | 'metrics'> {
  return {
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  }
}
