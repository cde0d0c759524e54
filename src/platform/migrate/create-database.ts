import { Client } from 'pg'
import { clientConfig } from '../database/client-config.ts'
import type { ConnectionConfig } from '../database/connection.ts'
import { inDatabase } from '../database/connection.ts'
import { faultOf } from '../database/database-fault.ts'
import { sqlState } from '../database/sql-state.ts'
import { platformFault } from '../fault.ts'

const nameShape = /^[a-z][a-z0-9_]{0,62}$/
/** SQLSTATE: the database exists already. */
const duplicateDatabase = '42P04'

/** Makes the database unless it is there, and gives the administrator's connection in it. */
export async function createDatabase(admin: ConnectionConfig, name: string): Promise<ConnectionConfig> {
  if (!nameShape.test(name)) throw platformFault('platform/database-name')
  const client = new Client(clientConfig(admin))
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  } catch (error) {
    if (sqlState(error) !== duplicateDatabase) throw faultOf(error)
  } finally {
    await client.end()
  }
  return inDatabase(admin, name)
}
