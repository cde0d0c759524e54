import { z } from 'zod'
import type { ConversationId } from '../kernel/index.ts'
import { type Tx, addJobs } from '../platform/index.ts'
import { ids } from './id-columns.ts'

/** Asks the messenger which id a conversation's person has at its login; payload `{ conversation }`. */
export const mapPersonJob = 'channels.map-person'

/** The sweep asks for whoever's job was lost. */
const lostAfterHours = 1

/** Conversations begin: their people's other ids will be asked for, by jobs. In the transaction that begins them. */
export async function beginMappings(tx: Tx, conversations: readonly ConversationId[]): Promise<void> {
  if (conversations.length === 0) return
  await Promise.all([
    tx.run(
      `INSERT INTO channels.app_scoped_id (conversation, due_at)
       SELECT id, clock_timestamp() + $2 * interval '1 hour' FROM unnest($1::uuid[]) AS n (id)`,
      [conversations, lostAfterHours],
    ),
    queueMapping(tx, conversations),
  ])
}

async function queueMapping(tx: Tx, conversations: readonly ConversationId[]): Promise<void> {
  await addJobs(
    tx,
    conversations.map((conversation) => ({
      kind: mapPersonJob,
      key: `map:${conversation}`,
      payload: { conversation },
      priority: 2,
    })),
  )
}

const askedShape = z.object({ asked: z.number() })

/** How often it was asked so far; undefined when there is nothing (more) to ask. */
export async function loadAsked(tx: Tx, conversation: ConversationId): Promise<number | undefined> {
  const row = await tx.maybe(
    askedShape,
    'SELECT asked FROM channels.app_scoped_id WHERE conversation = $1 AND id_hash IS NULL',
    [conversation],
  )
  return row?.asked
}

/** The answer: the id's keyed hash, or that there is none yet and in how many hours to ask again. */
export async function settleMapping(
  tx: Tx,
  conversation: ConversationId,
  answer: { readonly idHash: Uint8Array } | { readonly againAfterHours: number },
): Promise<void> {
  const idHash = 'idHash' in answer ? answer.idHash : null
  const hours = 'againAfterHours' in answer ? answer.againAfterHours : null
  await tx.run(
    `UPDATE channels.app_scoped_id SET id_hash = $2, asked = asked + 1,
       due_at = clock_timestamp() + $3::integer * interval '1 hour' WHERE conversation = $1`,
    [conversation, idHash, hours],
  )
}

/** Conversations asked about in one round of the sweep: well below what the messenger lets a page ask. */
const dueMax = 100
/** Until then nobody else queues the same one; the job itself sets the next time. */
const takenHours = 6

const dueShape = z.object({ conversation: ids.conversation })

/** Queues the asking for people whose id is not known yet: those from before, and those who had none. For a sweeper. */
export async function queueDueMappings(tx: Tx): Promise<number> {
  const due = await tx.rows(
    dueShape,
    `UPDATE channels.app_scoped_id SET due_at = clock_timestamp() + $2 * interval '1 hour' WHERE conversation IN (
       SELECT conversation FROM channels.app_scoped_id WHERE due_at <= statement_timestamp()
       ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING conversation`,
    [dueMax, takenHours],
  )
  await queueMapping(
    tx,
    due.map(({ conversation }) => conversation),
  )
  return due.length
}
