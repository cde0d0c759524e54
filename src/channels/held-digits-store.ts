import { z } from 'zod'
import type { ConversationId, MessageId } from '../kernel/index.ts'
import { type Tx, bytesColumn } from '../platform/index.ts'
import { ids } from './id-columns.ts'

/** How long held digits count, by the database's clock; their keys die no later. */
const liveFor = `interval '2 minutes'`

/** A row as it is: whose, and under which key. */
export type HeldRow = {
  readonly message: MessageId
  readonly conversation: ConversationId
  readonly slot: string
  readonly sealed: Uint8Array
  readonly hides: boolean
}

const heldShape = z.object({
  message: ids.message,
  conversation: ids.conversation,
  slot: z.string(),
  sealed: bytesColumn,
  hides: z.boolean(),
})

/**
 * From here to the end of the transaction nobody else stores messages of these conversations: whoever decides about digits must see those of every
 * message before. In the order of ids, so that two who lock several do not wait for each other.
 */
export async function lockConversations(tx: Tx, conversations: readonly ConversationId[]): Promise<void> {
  await tx.run('SELECT id FROM channels.conversation WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [
    conversations,
  ])
}

/** The live rows of these conversations. */
export function loadHeld(tx: Tx, conversations: readonly ConversationId[]): Promise<readonly HeldRow[]> {
  return tx.rows(
    heldShape,
    `SELECT message, conversation, slot, sealed, hides FROM channels.held_digits
     WHERE conversation = ANY ($1::uuid[]) AND held_at > clock_timestamp() - ${liveFor} ORDER BY held_at`,
    [conversations],
  )
}

const hidingShape = z.object({ conversation: ids.conversation })

/** In which of these conversations something is hidden and waits for the next message. */
export async function findHiding(tx: Tx, conversations: readonly ConversationId[]): Promise<readonly ConversationId[]> {
  const rows = await tx.rows(
    hidingShape,
    `SELECT DISTINCT conversation FROM channels.held_digits
     WHERE conversation = ANY ($1::uuid[]) AND hides AND held_at > clock_timestamp() - ${liveFor} ORDER BY conversation`,
    [conversations],
  )
  return rows.map(({ conversation }) => conversation)
}

const knownShape = z.object({ conversation: ids.conversation, carrier_id: z.string() })

/** Which of these messages are stored already: a repeated delivery decides nothing. */
export function findStored(
  tx: Tx,
  messages: readonly { readonly conversation: ConversationId; readonly carrierId: string }[],
): Promise<readonly z.infer<typeof knownShape>[]> {
  return tx.rows(
    knownShape,
    `SELECT m.conversation, m.carrier_id FROM channels.inbound_message m
     JOIN unnest($1::uuid[], $2::text[]) AS n (conversation, carrier_id)
       ON n.conversation = m.conversation AND n.carrier_id = m.carrier_id`,
    [messages.map(({ conversation }) => conversation), messages.map(({ carrierId }) => carrierId)],
  )
}

/** Keeps these rows, in place of what was kept of the same messages. */
export async function saveHeld(tx: Tx, rows: readonly HeldRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.run(
    `INSERT INTO channels.held_digits (message, conversation, slot, sealed, hides)
     SELECT message, conversation, slot, sealed, hides::boolean
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[]) AS h (message, conversation, slot, sealed, hides)
     ON CONFLICT (message) DO UPDATE SET sealed = excluded.sealed, hides = excluded.hides`,
    [
      rows.map(({ message }) => message),
      rows.map(({ conversation }) => conversation),
      rows.map(({ slot }) => slot),
      rows.map(({ sealed }) => sealed),
      rows.map(({ hides }) => String(hides)),
    ],
  )
}

/** What is decided is kept no longer. */
export async function dropHeld(tx: Tx, messages: readonly MessageId[]): Promise<void> {
  if (messages.length > 0) await tx.run('DELETE FROM channels.held_digits WHERE message = ANY ($1::uuid[])', [messages])
}

const sealedShape = z.object({ id: ids.message, conversation: ids.conversation, sealed: bytesColumn })

/** The sealed texts of messages that still have one, for whoever corrects them. */
export function loadTexts(tx: Tx, messages: readonly MessageId[]): Promise<readonly z.infer<typeof sealedShape>[]> {
  return tx.rows(
    sealedShape,
    `SELECT id, conversation, sealed FROM channels.inbound_message
     WHERE id = ANY ($1::uuid[]) AND sealed IS NOT NULL FOR NO KEY UPDATE`,
    [messages],
  )
}

/** Puts a corrected text in the place of a message's. */
export async function replaceText(tx: Tx, message: MessageId, sealed: Uint8Array): Promise<void> {
  await tx.run('UPDATE channels.inbound_message SET sealed = $2 WHERE id = $1 AND sealed IS NOT NULL', [
    message,
    sealed,
  ])
}

/** How many rows one sweep throws away. */
const sweptMax = 5_000

/** Throws away what no key opens any more. Gives back how much. */
export function sweepHeld(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM channels.held_digits WHERE message IN (
       SELECT message FROM channels.held_digits WHERE held_at <= statement_timestamp() - ${liveFor} LIMIT ${sweptMax})`,
  )
}
