import { z } from 'zod'
import type { ConversationId, Instant } from '../kernel/index.ts'
import { type Tx, bytesColumn, instantColumn } from '../platform/index.ts'
import { type OpenKind, type OpenQuestion, openKinds } from './understand/understood.ts'

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
  /** The question of ours that was asked last, if nothing was said since. */
  readonly open: OpenQuestion | undefined
  /** The last question of theirs, still sealed. */
  readonly last: Buffer | undefined
  /** The person named the language: what they write in does not change it. */
  readonly languageChosen: boolean
  readonly now: Instant
}

const stateShape = z.object({
  silent_ms: z.number().nullable(),
  answered_ms: z.number().nullable(),
  misses: z.number(),
  pending: bytesColumn.nullable(),
  open_kind: z.enum(openKinds).nullable(),
  open_over: z.boolean().nullable(),
  last: bytesColumn.nullable(),
  language_chosen: z.boolean(),
  now: instantColumn,
})

/** What is remembered; hardly anything for a new conversation. */
export async function loadChatState(tx: Tx, conversation: ConversationId): Promise<ChatState> {
  const row = await tx.one(
    stateShape,
    `SELECT t.now, (extract(epoch FROM t.now - s.spoke_at) * 1000)::float8 AS silent_ms,
       (extract(epoch FROM t.now - s.answered_at) * 1000)::float8 AS answered_ms, coalesce(s.misses, 0) AS misses,
       CASE WHEN s.pending_until > t.now THEN s.pending_sealed END AS pending,
       s.open_kind, s.open_until <= t.now AS open_over,
       CASE WHEN s.last_until > t.now THEN s.last_sealed END AS last, coalesce(s.language_chosen, false) AS language_chosen
     FROM (SELECT clock_timestamp() AS now) t LEFT JOIN chat.state s ON s.conversation = $1`,
    [conversation],
  )
  return {
    silentMs: row.silent_ms ?? undefined,
    answeredAgoMs: row.answered_ms ?? undefined,
    misses: row.misses,
    pending: row.pending ?? undefined,
    open: row.open_kind === null ? undefined : { kind: row.open_kind, expired: row.open_over ?? true },
    last: row.last ?? undefined,
    languageChosen: row.language_chosen,
    now: row.now,
  }
}

/** Forgets the questions of a conversation, if nothing is shared there any more. Login `parley_revoker`. */
export async function closeQuestions(tx: Tx, conversation: ConversationId): Promise<void> {
  await tx.run(
    `UPDATE chat.state s SET pending_sealed = NULL, pending_until = NULL, last_sealed = NULL, last_until = NULL
     WHERE s.conversation = $1 AND (s.pending_until IS NOT NULL OR s.last_until IS NOT NULL)
       AND consent.is_over_here(s.conversation, NULL)`,
    [conversation],
  )
}

/** Forgets questions whose time is over; gives how many. For a sweeper of the login `parley_answer`. */
export function sweepQuestions(tx: Tx): Promise<number> {
  return tx.run(
    `UPDATE chat.state s SET
       pending_sealed = CASE WHEN s.pending_until <= t.now THEN NULL ELSE s.pending_sealed END,
       pending_until = CASE WHEN s.pending_until <= t.now THEN NULL ELSE s.pending_until END,
       last_sealed = CASE WHEN s.last_until <= t.now THEN NULL ELSE s.last_sealed END,
       last_until = CASE WHEN s.last_until <= t.now THEN NULL ELSE s.last_until END
     FROM (SELECT clock_timestamp() AS now) t WHERE s.pending_until <= t.now OR s.last_until <= t.now`,
  )
}

/** How long a question of ours waits for its yes or no. */
export const openSeconds = 600

/** A text to keep for so long, sealed. */
export type Kept = { readonly sealed: Uint8Array; readonly seconds: number }

/** What a turn changes. What is absent stays as it is; but a question of ours is open only until the next word. */
export type StateChange = {
  readonly answered?: boolean
  readonly missed?: boolean
  /** A question to keep until a bank is linked; or 'forget'. */
  readonly pending?: Kept | 'forget'
  /** A question of ours that is open from now on. */
  readonly opens?: { readonly kind: OpenKind; readonly seconds: number }
  /** The question that a next one may follow up; or 'forget'. */
  readonly last?: Kept | 'forget'
  readonly languageChosen?: boolean
}

/** We spoke; and what else changed. */
export async function saveChatState(tx: Tx, conversation: ConversationId, change: StateChange): Promise<void> {
  const { pending, last, opens } = change
  const kept = pending === 'forget' ? undefined : pending
  const followed = last === 'forget' ? undefined : last
  await tx.run(
    `INSERT INTO chat.state AS s (conversation, greeted_at, spoke_at, answered_at, misses, pending_sealed, pending_until,
       open_kind, open_until, last_sealed, last_until, language_chosen)
     VALUES ($1, clock_timestamp(), clock_timestamp(), CASE WHEN $2 THEN clock_timestamp() END, CASE WHEN $3 THEN 1 ELSE 0 END,
       $5, clock_timestamp() + make_interval(secs => $6), $7, clock_timestamp() + make_interval(secs => $8),
       $10, clock_timestamp() + make_interval(secs => $11), $12)
     ON CONFLICT (conversation) DO UPDATE SET
       spoke_at = clock_timestamp(),
       answered_at = CASE WHEN $2 THEN clock_timestamp() ELSE s.answered_at END,
       misses = CASE WHEN $3 THEN s.misses + 1 ELSE 0 END,
       pending_sealed = CASE WHEN $4 THEN $5 ELSE s.pending_sealed END,
       pending_until = CASE WHEN $4 THEN excluded.pending_until ELSE s.pending_until END,
       open_kind = $7,
       open_until = excluded.open_until,
       last_sealed = CASE WHEN $9 THEN $10 ELSE s.last_sealed END,
       last_until = CASE WHEN $9 THEN excluded.last_until ELSE s.last_until END,
       language_chosen = s.language_chosen OR $12`,
    [
      conversation,
      change.answered ?? false,
      change.missed ?? false,
      pending !== undefined,
      kept?.sealed ?? null,
      kept?.seconds ?? null,
      opens?.kind ?? null,
      opens?.seconds ?? null,
      last !== undefined,
      followed?.sealed ?? null,
      followed?.seconds ?? null,
      change.languageChosen ?? false,
    ],
  )
}
