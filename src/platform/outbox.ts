import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { ConversationId, OutboxId } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import { bytesColumn, instantColumn } from './database/column-shapes.ts'
import type { Tx } from './database/database.ts'
import { addJob } from './jobs/add-job.ts'
import type { JobPriority, NewJob } from './jobs/job.ts'

/** Sends are ordered question before answer before receipt. */
export type OutboxPriority = 'question' | 'answer' | 'receipt'

export type NewOutboxItem = {
  readonly id: OutboxId
  readonly channel: string
  readonly conversationId: ConversationId
  readonly priority: OutboxPriority
  /** The message, sealed under the conversation's key. */
  readonly sealed: Uint8Array
  /** After this it is not sent any more. */
  readonly expiresInMs?: number
}

/** A message on its way out, as the sender sees it. */
export type OutboxItem = {
  readonly id: OutboxId
  readonly channel: string
  readonly conversationId: ConversationId
  readonly priority: OutboxPriority
  /** Undefined once it was confirmed: the text is then gone. */
  readonly sealed: Buffer | undefined
  readonly expired: boolean
  /** How often a send was begun; more than one for a message in doubt. */
  readonly tries: number
  /** How long ago the last send began, by the database's clock; undefined before the first. */
  readonly triedAgoMs: number | undefined
  /** When the messenger accepted or echoed it. */
  readonly confirmedAt: Instant | undefined
}

const prioritySteps = ['question', 'answer', 'receipt'] as const satisfies readonly OutboxPriority[]
const jobPriorities = { question: 0, answer: 1, receipt: 2 } as const satisfies Record<OutboxPriority, JobPriority>

/** Adds a message and its job (kind `send`, key `send:` and the conversation) in the caller's transaction. */
export async function addToOutbox(tx: Tx, item: NewOutboxItem): Promise<void> {
  await Promise.all([insertItem(tx, item), addJob(tx, sendJob(item))])
}

function insertItem(tx: Tx, item: NewOutboxItem): Promise<number> {
  return tx.run(
    `INSERT INTO platform.outbox (id, channel, conversation, priority, sealed, expires_at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::bigint * interval '1 millisecond')`,
    [item.id, item.channel, item.conversationId, jobPriorities[item.priority], item.sealed, item.expiresInMs ?? null],
  )
}

function sendJob(item: NewOutboxItem): NewJob {
  return {
    kind: 'send',
    key: `send:${item.conversationId}`,
    payload: { outboxId: item.id },
    priority: jobPriorities[item.priority],
  }
}

const itemRow = z
  .object({
    id: z.custom<OutboxId>((value) => typeof value === 'string' && isUuid(value)),
    channel: z.string(),
    conversation: z.custom<ConversationId>((value) => typeof value === 'string'),
    priority: z.number(),
    sealed: bytesColumn.nullable(),
    expired: z.boolean(),
    tries: z.number(),
    tried_ago_ms: z.number().nullable(),
    confirmed_at: instantColumn.nullable(),
  })
  .transform((row): OutboxItem => ({
    id: row.id,
    channel: row.channel,
    conversationId: row.conversation,
    priority: prioritySteps[row.priority] ?? 'receipt',
    sealed: row.sealed ?? undefined,
    expired: row.expired,
    tries: row.tries,
    triedAgoMs: row.tried_ago_ms ?? undefined,
    confirmedAt: row.confirmed_at ?? undefined,
  }))

/** One message of the outbox; undefined when it was removed. */
export function loadOutboxItem(tx: Tx, id: OutboxId): Promise<OutboxItem | undefined> {
  return tx.maybe(
    itemRow,
    `SELECT id, channel, conversation, priority, sealed, tries, confirmed_at,
       coalesce(expires_at <= clock_timestamp(), false) AS expired,
       (extract(epoch FROM clock_timestamp() - tried_at) * 1000)::float8 AS tried_ago_ms
     FROM platform.outbox WHERE id = $1`,
    [id],
  )
}

/** Writes down, before the messenger is called, that a send begins: from here on it is in doubt until confirmed. */
export async function markOutboxTry(tx: Tx, id: OutboxId): Promise<void> {
  await tx.run(`UPDATE platform.outbox SET tries = tries + 1, tried_at = clock_timestamp() WHERE id = $1`, [id])
}

const unconfirmedRow = z
  .object({
    id: z.custom<OutboxId>((value) => typeof value === 'string' && isUuid(value)),
    conversation: z.custom<ConversationId>((value) => typeof value === 'string'),
  })
  .transform(({ id, conversation: conversationId }) => ({ id, conversationId }))

/** Which of these messages wait for their confirmation, and whose they are. */
export function findUnconfirmed(tx: Tx, ids: readonly OutboxId[]): Promise<readonly z.infer<typeof unconfirmedRow>[]> {
  return tx.rows(
    unconfirmedRow,
    'SELECT id, conversation FROM platform.outbox WHERE id = ANY ($1::uuid[]) AND confirmed_at IS NULL',
    [ids],
  )
}

/** An echo that is later than this finds nothing any more, and is then nobody's. */
const keptHours = 24

/**
 * The messenger accepted or echoed it: drops the text, keeps id and time so that a late echo finds it. False when it
 * was confirmed before or is unknown. Each confirmation forgets two that are a day old, so the table does not grow.
 */
export async function confirmOutboxItem(tx: Tx, id: OutboxId): Promise<boolean> {
  return (await confirmOutboxItems(tx, [id])) === 1
}

/**
 * The same for several at once; gives back how many were not confirmed before. Writes nothing when none was. What is a day
 * old is found by the statement's own time: the clock's would change while the statement runs, and no index is looked up
 * by what changes.
 */
export function confirmOutboxItems(tx: Tx, ids: readonly OutboxId[]): Promise<number> {
  return tx.run(
    `WITH old AS (DELETE FROM platform.outbox o WHERE o.id IN (
       SELECT c.id FROM platform.outbox c WHERE c.confirmed_at < statement_timestamp() - $2 * interval '1 hour'
       ORDER BY c.confirmed_at LIMIT 2 FOR UPDATE SKIP LOCKED))
     UPDATE platform.outbox SET confirmed_at = clock_timestamp(), sealed = NULL
     WHERE id = ANY ($1::uuid[]) AND confirmed_at IS NULL`,
    [ids, keptHours],
  )
}

/** It will not be sent (expired, stopped, refused for good): drops row and text. */
export async function removeFromOutbox(tx: Tx, id: OutboxId): Promise<void> {
  await tx.run('DELETE FROM platform.outbox WHERE id = $1', [id])
}
