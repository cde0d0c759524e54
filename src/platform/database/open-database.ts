import { Pool } from 'pg'
import type { PoolClient } from 'pg'
import { platformFault } from '../fault.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import { createAnnouncer } from './announcer.ts'
import { clientConfig } from './client-config.ts'
import type { ConnectionConfig } from './connection.ts'
import type { Database } from './database.ts'
import { faultOf } from './database-fault.ts'
import type { Blame } from './database-fault.ts'
import { openSession } from './open-session.ts'
import { runTransaction } from './run-transaction.ts'
import { createStatements } from './statements.ts'
import type { Send } from './statements.ts'

export type DatabaseOptions = {
  readonly connection: ConnectionConfig
  /** Connections at most. */
  readonly poolMax?: number
  /** False behind a pooler in transaction mode: statements are then not prepared by name. */
  readonly prepare?: boolean
  /** Where sessions connect when `connection` is a pooler: LISTEN and session locks need the server itself. */
  readonly direct?: ConnectionConfig
  /**
   * Names a process whose logins tell each other what they announce: their sessions then do not hear the same once more
   * from the server. Without one, sessions hear everything.
   */
  readonly origin?: string
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Eight busy connections keep two cores busy; more only queue inside the server. */
const poolMaxDefault = 8
/** How long a caller waits for a free connection, or for a new one to be made, before it is told "later". */
const connectWaitMs = 5_000
/** Callers waiting for a connection at most: past it the answer is "later" at once. */
const waitingMax = 1_000
/** Idle connections are kept this long; a quiet process gives most of them back. */
const idleMs = 30_000

/** Opens one login's pool. Nothing connects before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const { connection, logger, origin = '' } = options
  const pool = new Pool({
    ...clientConfig(connection),
    // BEGIN and the first statement leave in one go, each with its own answer. Behind a pooler too: it keeps the
    // connection for as long as the transaction is open.
    pipeline: true,
    max: options.poolMax ?? poolMaxDefault,
    connectionTimeoutMillis: connectWaitMs,
    idleTimeoutMillis: idleMs,
  })
  let closing: Promise<void> | undefined
  pool.on('error', (error) => {
    if (closing === undefined) logger.fault('database.connection-lost', error, { login: connection.user })
  })
  // A connection lost while lent fails the statement under way, and that is where it is answered. Listened to from the
  // first moment: the server's farewell can stand right behind its welcome.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const blame = countedFaults(options)
  const statements = createStatements(options.prepare !== false, blame)
  const withClient = lend(pool, blame)
  const send: Send = (query) => withClient((client) => client.query(query))
  const announcer = createAnnouncer((text, values) => send({ text, values: [...values] }), logger, origin)
  return {
    login: connection.user,
    ...statements.on(send),
    announce: (topic, about) => announcer.announce([{ topic, about }]),
    transaction: (work) =>
      withClient(async (client) => {
        const done = await runTransaction({ client, statements, blame }, work)
        if (done.announced.length > 0) announcer.announce(done.announced)
        return done.value
      }),
    onAnnounced: announcer.on,
    openSession: () =>
      openSession({ connection: options.direct ?? connection, statements, announcer, origin, logger, blame }),
    close() {
      closing ??= announcer.close().then(() => pool.end())
      return closing
    },
  }
}

type WithClient = <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>

function lend(pool: Pool, blame: Blame): WithClient {
  return async (work) => {
    if (pool.waitingCount >= waitingMax) throw blame(platformFault('platform/database-busy'))
    const client = await connect(pool, blame)
    let usable = false
    try {
      const value = await work(client)
      usable = true
      return value
    } catch (error) {
      usable = client.getTransactionStatus() === 'I'
      throw error
    } finally {
      client.release(!usable)
    }
  }
}

async function connect(pool: Pool, blame: Blame): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw blame(error)
  }
}

function countedFaults(options: DatabaseOptions): Blame {
  const faults = options.metrics.counter({
    name: 'parley_database_faults_total',
    help: 'Statements and transactions that ended in a fault.',
    labels: ['login', 'code'],
  })
  return (thrown) => {
    const fault = faultOf(thrown)
    faults.add(1, { login: options.connection.user, code: fault.code })
    return fault
  }
}
