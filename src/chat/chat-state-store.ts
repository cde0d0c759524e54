import { z } from 'zod'
import type { ConversationId, Instant } from '../kernel/index.ts'
import { type Tx, bytesColumn, instantColumn } from '../platform/index.ts'

/** What the chat remembers of a conversation. Times are by the database's clock. */
export type ChatState = {
  /** How long ago we last spoke here; undefined: never. */
  readonly silentMs: number | undefined
  /** How long ago we last answered a question here; undefined: never. */
  readonly answeredAgoMs: number | undefined
  /** Messages in a row that were not understood. */
  readonly misses: number
  /** The question that waits for a bank to be linked, still sealed. */
  readonly pending: Buffer | undefined
  readonly now: Instant
}

const stateShape = z.object({
  silent_ms: z.number().nullable(),
  answered_ms: z.number().nullable(),
  misses: z.number(),
  pending: bytesColumn.nullable(),
  now: instantColumn,
})

/** What is remembered; hardly anything for a new conversation. */
export async function loadChatState(tx: Tx, conversation: ConversationId): Promise<ChatState> {
  const row = await tx.one(
    stateShape,
    `SELECT t.now, (extract(epoch FROM t.now - s.spoke_at) * 1000)::float8 AS silent_ms,
       (extract(epoch FROM t.now - s.answered_at) * 1000)::float8 AS answered_ms, coalesce(s.misses, 0) AS misses,
       CASE WHEN s.pending_until > t.now THEN s.pending_sealed END AS pending
     FROM (SELECT clock_timestamp() AS now) t LEFT JOIN chat.state s ON s.conversation = $1`,
    [conversation],
  )
  return {
    silentMs: row.silent_ms ?? undefined,
    answeredAgoMs: row.answered_ms ?? undefined,
    misses: row.misses,
    pending: row.pending ?? undefined,
    now: row.now,
  }
}

/** Forgets the question that waits in a conversation, if nothing is shared there any more. Login `parley_revoker`. */
export async function closeQuestions(tx: Tx, conversation: ConversationId): Promise<void> {
  await tx.run(
    `UPDATE chat.state s SET pending_sealed = NULL, pending_until = NULL
     WHERE s.conversation = $1 AND s.pending_until IS NOT NULL
       AND consent.is_over_here(s.conversation, NULL)`,
    [conversation],
  )
}

/** What a turn changes. What is absent stays as it is. */
export type StateChange = {
  readonly answered?: boolean
  readonly missed?: boolean
  /** A question to keep for so long, sealed; or 'forget'. */
  readonly pending?: { readonly sealed: Uint8Array; readonly seconds: number } | 'forget'
}

/** We spoke; and what else changed. */
export async function saveChatState(tx: Tx, conversation: ConversationId, change: StateChange): Promise<void> {
  const { pending } = change
  const kept = pending === undefined || pending === 'forget' ? undefined : pending
  await tx.run(
    `INSERT INTO chat.state AS s (conversation, greeted_at, spoke_at, answered_at, misses, pending_sealed, pending_until)
     VALUES ($1, clock_timestamp(), clock_timestamp(), CASE WHEN $2 THEN clock_timestamp() END, CASE WHEN $3 THEN 1 ELSE 0 END,
       $5, clock_timestamp() + make_interval(secs => $6))
     ON CONFLICT (conversation) DO UPDATE SET
       spoke_at = clock_timestamp(),
       answered_at = CASE WHEN $2 THEN clock_timestamp() ELSE s.answered_at END,
       misses = CASE WHEN $3 THEN s.misses + 1 ELSE 0 END,
       pending_sealed = CASE WHEN $4 THEN $5 ELSE s.pending_sealed END,
       pending_until = CASE WHEN $4 THEN excluded.pending_until ELSE s.pending_until END`,
    [
      conversation,
      change.answered ?? false,
      change.missed ?? false,
      pending !== undefined,
      kept?.sealed ?? null,
      kept?.seconds ?? null,
    ],
  )
}
