import { Client } from 'pg'
import type { ConnectionConfig } from '../database/connection.ts'
import { clientConfig } from '../database/client-config.ts'
import { sqlState } from '../database/sql-state.ts'
import { platformFault } from '../fault.ts'

/** Recovery after a crash replays at most a gigabyte of log. */
const answerMs = 60_000
const pollMs = 15

/**
 * Waits until the server answers as this login. False when `alive` says that it went away, or when it never did.
 * Throws `platform/postgres-password` when it answers but does not let us in.
 */
export async function waitForAnswer(connection: ConnectionConfig, alive: () => boolean): Promise<boolean> {
  const deadline = performance.now() + answerMs
  while (performance.now() < deadline) {
    if (await answers(connection)) return true
    if (!alive()) return false
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return false
}

/** SQLSTATE class of refused logins. */
const loginRefused = '28'

async function answers(connection: ConnectionConfig): Promise<boolean> {
  const client = new Client(clientConfig(connection))
  let lost: unknown
  client.on('error', (error) => {
    lost = error
  })
  try {
    await client.connect()
    await client.query('SELECT 1')
    return lost === undefined
  } catch (error) {
    if (sqlState(error)?.startsWith(loginRefused) === true) throw platformFault('platform/postgres-password', error)
    // Not there yet, or still starting: the caller asks again.
    return false
  } finally {
    await client.end()
  }
}
