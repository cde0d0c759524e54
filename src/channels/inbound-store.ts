import { z } from 'zod'
import { type ConversationId, type MessageId, Secret } from '../kernel/index.ts'
import { type Tx, bytesColumn, instantColumn, jobTopic } from '../platform/index.ts'
import { type InboundKind, type InboundMessage, inboundKinds } from './channel.ts'
import type { ConversationKeys } from './conversation-keys.ts'
import { conversationColumns, conversationOf, conversationShape } from './conversation-store.ts'
import { ids } from './id-columns.ts'
import { type Incoming, openIncoming, sealIncoming } from './sealed-message.ts'

/** The job that answers a message: key = the conversation, payload `{ message }`. `chat` handles it. */
export const handleMessageJob = 'chat.handle'

/** A message ready to be stored. `sentAt` in milliseconds since 1970, by the messenger's clock. */
export type NewInbound = {
  readonly id: MessageId
  readonly conversation: ConversationId
  readonly carrierId: string
  readonly kind: InboundKind
  readonly sealed: Uint8Array
  readonly sentAt: number
  /** It was written to us, so that we had the thread then. */
  readonly direct: boolean
}

const storedShape = z.object({
  id: ids.message,
  conversation: ids.conversation,
})
export type StoredInbound = z.infer<typeof storedShape>

/**
 * Stores messages once under the messenger's own ids, moves their conversations' windows, and adds the jobs that answer them, in one
 * statement. Gives back those that were new: a repeated delivery is not among them. Jobs of one conversation run in the order they
 * were added, so they are added in the order of the messages.
 */
export async function storeInbound(tx: Tx, messages: readonly NewInbound[]): Promise<readonly StoredInbound[]> {
  if (messages.length === 0) return []
  tx.announce(jobTopic, handleMessageJob)
  return await tx.rows(
    storedShape,
    `WITH stored AS (
       INSERT INTO channels.inbound_message (conversation, carrier_id, id, kind, sealed, sent_at)
       SELECT m.conversation, m.carrier_id, m.id, m.kind, m.sealed, to_timestamp(m.sent_at / 1000.0)
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::bytea[], $6::bigint[])
         AS m (conversation, carrier_id, id, kind, sealed, sent_at)
       ON CONFLICT (conversation, carrier_id) DO NOTHING
       RETURNING id, conversation
     ), moved AS (
       UPDATE channels.conversation c
       SET last_inbound_at = clock_timestamp(), thread_at = greatest(c.thread_at, s.direct_at)
       FROM (
         SELECT t.conversation, max(to_timestamp(m.sent_at / 1000.0)) FILTER (WHERE m.direct) AS direct_at
         FROM stored t JOIN unnest($3::uuid[], $6::bigint[], $8::text[]::boolean[]) AS m (id, sent_at, direct) ON m.id = t.id
         GROUP BY t.conversation
       ) s WHERE c.id = s.conversation
     )
     SELECT n.id, n.conversation,
       platform.add_job($7, n.conversation::text, jsonb_build_object('message', n.id), 0, 1::smallint)
     FROM (
       SELECT s.id, s.conversation FROM stored s
       JOIN unnest($3::uuid[]) WITH ORDINALITY AS m (id, place) ON m.id = s.id ORDER BY m.place
     ) n`,
    [
      messages.map(({ conversation }) => conversation),
      messages.map(({ carrierId }) => carrierId),
      messages.map(({ id }) => id),
      messages.map(({ kind }) => kind),
      messages.map(({ sealed }) => sealed),
      messages.map(({ sentAt }) => BigInt(sentAt)),
      handleMessageJob,
      messages.map(({ direct }) => String(direct)),
    ],
  )
}

const loadedShape = conversationShape.extend({
  id: ids.message,
  kind: z.enum(inboundKinds),
  sealed: bytesColumn.nullable(),
  sent_at: instantColumn,
  now: instantColumn,
  handled: z.boolean(),
  elsewhere: z.boolean(),
})

const loadedColumns = `${conversationColumns}, m.id, m.kind, m.sealed, m.sent_at, clock_timestamp() AS now,
  m.handled_at IS NOT NULL AS handled, channels.is_elsewhere(c.thread_owner, c.thread_seen_at) AS elsewhere`

/** `handled`: it was answered, but its text was kept, because its question is still being retried. */
export type LoadedInbound = InboundMessage & { readonly handled: boolean }

/** A stored message with its conversation; undefined once it has been handled and its text is gone. */
async function loadInbound(tx: Tx, keys: ConversationKeys, id: MessageId): Promise<LoadedInbound | undefined> {
  const row = await tx.maybe(
    loadedShape,
    `SELECT ${loadedColumns} FROM channels.inbound_message m JOIN channels.conversation c ON c.id = m.conversation
     WHERE m.id = $1`,
    [id],
  )
  return row === undefined ? undefined : openRow(keys, row)
}

/** How many waiting messages are looked at. */
const waitingMax = 10

/** The newest messages of a conversation that nobody has answered yet; the one being answered is among them. */
async function loadWaiting(
  tx: Tx,
  keys: ConversationKeys,
  conversation: ConversationId,
): Promise<readonly LoadedInbound[]> {
  const rows = await tx.rows(
    loadedShape,
    `SELECT ${loadedColumns} FROM channels.inbound_message m JOIN channels.conversation c ON c.id = m.conversation
     WHERE m.conversation = $1 AND m.handled_at IS NULL ORDER BY m.received_at DESC LIMIT ${waitingMax}`,
    [conversation],
  )
  const opened = await Promise.all(rows.map((row) => openRow(keys, row)))
  return opened.filter((message) => message !== undefined)
}

async function openRow(keys: ConversationKeys, row: z.infer<typeof loadedShape>): Promise<LoadedInbound | undefined> {
  if (row.sealed === null) return undefined
  const { id, kind, handled, now, sent_at: sentAt } = row
  const conversation = conversationOf(row)
  const key = await keys.conversationKey(conversation.id)
  const { text, payload, replyTo, cut, standby } = openIncoming(key, { conversation: conversation.id, id }, row.sealed)
  const tapped = { ...(payload === undefined ? {} : { payload }), ...(replyTo === undefined ? {} : { replyTo }) }
  const elsewhere = row.elsewhere || standby === true
  return { id, conversation, kind, text: new Secret(text), ...tapped, cut, elsewhere, sentAt, now, handled }
}

/** The message is answered: its text goes, unless its question is still being retried. Safe to call twice. */
async function markHandled(tx: Tx, id: MessageId, options: { readonly keepText?: boolean } = {}): Promise<void> {
  await tx.run(
    `UPDATE channels.inbound_message
     SET handled_at = coalesce(handled_at, clock_timestamp()), sealed = CASE WHEN $2 THEN sealed END WHERE id = $1`,
    [id, options.keepText ?? false],
  )
}

/** Keeps a message that is still needed in another form than its words, such as the question it was understood to be. */
async function keepAs(
  tx: Tx,
  key: Secret<Uint8Array>,
  place: { readonly conversation: ConversationId; readonly id: MessageId },
  incoming: Incoming,
): Promise<void> {
  const sealed = sealIncoming(key, place, incoming)
  await tx.run('UPDATE channels.inbound_message SET sealed = $2 WHERE id = $1 AND sealed IS NOT NULL', [
    place.id,
    sealed,
  ])
}

/**
 * Forgets messages that were handled this long ago: their ids are kept only so that a repeated delivery is known, and
 * the messenger repeats for a day and a half at most. Gives back how many went, `limit` at most.
 */
function forgetHandled(tx: Tx, options: { readonly olderThanHours: number; readonly limit: number }): Promise<number> {
  return tx.run(
    `DELETE FROM channels.inbound_message WHERE id IN (
       SELECT id FROM channels.inbound_message
       WHERE received_at < statement_timestamp() - make_interval(hours => $1) AND handled_at IS NOT NULL LIMIT $2)`,
    [options.olderThanHours, options.limit],
  )
}

/** A message whose digits are known to be no part of a card number, such as a confirmed linking code: none are held any more. */
async function dropHeldDigits(tx: Tx, id: MessageId): Promise<void> {
  await tx.run('SELECT channels.drop_held_digits($1)', [id])
}

/** What the chat does with stored messages. */
export const inbound = {
  load: loadInbound,
  loadWaiting,
  markHandled,
  keepAs,
  dropHeldDigits,
  forgetHandled,
  job: handleMessageJob,
}
