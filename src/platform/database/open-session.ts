import { Client } from 'pg'
import type { Logger } from '../logger.ts'
import type { Announcer } from './announcer.ts'
import { channelOf, readPayload } from './announcer.ts'
import { clientConfig } from './client-config.ts'
import type { ConnectionConfig } from './connection.ts'
import type { Heard, Session } from './database.ts'
import type { Blame } from './database-fault.ts'
import type { Statements } from './statements.ts'

type SessionParts = {
  readonly connection: ConnectionConfig
  readonly statements: Statements
  readonly announcer: Announcer
  readonly origin: string
  readonly logger: Logger
  readonly blame: Blame
}

/** Connects, outside any pool. */
export async function openSession(parts: SessionParts): Promise<Session> {
  const client = new Client({ ...clientConfig(parts.connection), pipeline: true })
  const heardBy = new Map<string, Heard[]>()
  const lost = new Promise<void>((resolve) => client.once('end', () => resolve()))
  // The loss shows as `lost` and in the statement under way; without a listener the process would stop.
  client.on('error', (error) => parts.logger.fault('database.session-lost', error, { login: parts.connection.user }))
  client.on('notification', ({ channel, payload = '' }) => {
    const about = readPayload(parts.origin, payload)
    if (about !== undefined) heardBy.get(channel)?.forEach((heard) => heard(about))
  })
  try {
    await client.connect()
  } catch (error) {
    throw parts.blame(error)
  }
  const tx = parts.statements.on((query) => client.query(query))
  return {
    ...tx,
    announce: (topic, about) => parts.announcer.announce([{ topic, about }]),
    lost,
    async listen(topic, heard) {
      const channel = channelOf(topic)
      const known = heardBy.get(channel)
      heardBy.set(channel, [...(known ?? []), heard])
      if (known === undefined) await tx.run(`LISTEN ${channel}`)
    },
    async close() {
      await client.end()
    },
  }
}
