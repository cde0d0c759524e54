import type { PoolClient } from 'pg'
import { platformFault } from '../fault.ts'
import type { Announcement } from './announcer.ts'
import type { Tx } from './database.ts'
import type { Blame } from './database-fault.ts'
import type { Statements } from './statements.ts'

type Parts = { readonly client: PoolClient; readonly statements: Statements; readonly blame: Blame }

/**
 * BEGIN, the work, COMMIT; what the work throws is thrown on after ROLLBACK. `platform/commit-unknown` says that the
 * connection was lost while committing: the caller must look before it repeats.
 */
export async function runTransaction<T>(
  parts: Parts,
  work: (tx: Tx) => Promise<T>,
): Promise<{ readonly value: T; readonly announced: readonly Announcement[] }> {
  const announced: Announcement[] = []
  const tx: Tx = {
    ...parts.statements.on((query) => parts.client.query(query)),
    announce: (topic, about) => announced.push({ topic, about }),
  }
  // BEGIN is not waited for: the work's first statement leaves right behind it.
  const [begun, worked] = await Promise.allSettled([parts.client.query('BEGIN'), work(tx)])
  if (begun.status === 'fulfilled' && worked.status === 'fulfilled') {
    await commit(parts)
    return { value: worked.value, announced }
  }
  await rollBack(parts.client)
  throw begun.status === 'rejected'
    ? parts.blame(begun.reason)
    : worked.status === 'rejected'
      ? worked.reason
      : undefined
}

async function commit(parts: Parts): Promise<void> {
  // A failed transaction answers COMMIT with ROLLBACK and no error: somebody caught what a statement threw.
  if ((await sendCommit(parts)).command !== 'COMMIT') throw parts.blame(platformFault('platform/transaction-aborted'))
}

async function sendCommit({ client, blame }: Parts): Promise<{ readonly command: string }> {
  try {
    return await client.query('COMMIT')
  } catch (error) {
    const fault = blame(error)
    // An error that the server sent says the transaction is gone; a lost connection says nothing.
    throw fault.code === 'platform/database-unavailable' ? platformFault('platform/commit-unknown', error) : fault
  }
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK')
  } catch {
    // The connection is gone and the transaction with it; the lender sees the open state and drops the connection.
    return
  }
}
