import type { ClientConfig } from 'pg'
import type { ConnectionConfig } from './connection.ts'
import { columnTypes } from './column-types.ts'
import { GatheringSocket } from './gathering-socket.ts'

/** How long logging in may take. */
const loginMs = 5_000
/** A server that is silently gone is noticed after this; one that answers ends statements earlier by itself. */
const answerMs = 30_000

/** The driver's form of a connection. */
export function clientConfig(connection: ConnectionConfig): ClientConfig {
  return {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    // Given even when absent: else the driver would look into the environment and the home folder.
    password: connection.password?.reveal() ?? '',
    ssl: connection.tls === 'verify' ? { rejectUnauthorized: true } : false,
    connectionTimeoutMillis: loginMs,
    query_timeout: answerMs,
    keepAlive: true,
    stream: () => new GatheringSocket(),
    application_name: 'parley',
    types: columnTypes,
  }
}
