import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ChannelName, ConversationId, CustomerId, Instant } from '../kernel/index.ts'
import { channelNames, isUuid } from '../kernel/index.ts'
import { type Tx, instantColumn } from '../platform/index.ts'

/** A message of ours that a messenger took: where, and when. What it said is not kept. */
export type SentMessage = { readonly channel: ChannelName; readonly at: Instant }

/** How long it is known that a message was ours: long after anybody still wonders, short of a history. */
const keptDays = 90
/** Rows that one sweep deletes at most. */
const sweptMax = 5_000
/** Messages that a page lists. */
const listedMax = 100

/** What stands for a message's id at the messenger. The ids are unpredictable, so a plain hash keeps them to itself. */
export function carrierHash(carrierId: string): Buffer {
  return createHash('sha256').update(carrierId, 'utf8').digest()
}

/** Notes that messages were ours, by the messenger's own ids. Noting one again changes nothing. */
async function note(
  tx: Tx,
  messages: readonly { readonly conversation: ConversationId; readonly carrierId: string }[],
): Promise<void> {
  // The outbox keeps its conversations as text.
  const known = messages.filter(({ conversation }) => isUuid(conversation))
  if (known.length === 0) return
  await tx.run(
    `INSERT INTO channels.sent_message (conversation, carrier_hash)
     SELECT c.id, m.hash FROM unnest($1::uuid[], $2::bytea[]) AS m (conversation, hash)
     JOIN channels.conversation c ON c.id = m.conversation
     ON CONFLICT DO NOTHING`,
    [known.map(({ conversation }) => conversation), known.map(({ carrierId }) => carrierHash(carrierId))],
  )
}

const momentShape = z.object({ sent_at: instantColumn })

/** When a message of this conversation was sent by us; undefined when it was not, or too long ago to know. */
async function find(tx: Tx, of: { conversation: ConversationId; hash: Uint8Array }): Promise<Instant | undefined> {
  const row = await tx.maybe(
    momentShape,
    'SELECT sent_at FROM channels.sent_message WHERE conversation = $1 AND carrier_hash = $2',
    [of.conversation, of.hash],
  )
  return row?.sent_at
}

const listedShape = z.object({ channel: z.enum(channelNames), sent_at: instantColumn })

/** What was sent, newest first: to one conversation, or to all of a customer's. */
async function list(
  tx: Tx,
  of: { readonly conversation: ConversationId } | { readonly customer: CustomerId },
  limit = listedMax,
): Promise<readonly SentMessage[]> {
  const [column, value] = 'conversation' in of ? ['c.id', of.conversation] : ['c.customer', of.customer]
  const rows = await tx.rows(
    listedShape,
    `SELECT c.channel, s.sent_at FROM channels.conversation c JOIN channels.sent_message s ON s.conversation = c.id
     WHERE ${column} = $1 ORDER BY s.sent_at DESC LIMIT $2`,
    [value, Math.min(limit, listedMax)],
  )
  return rows.map(({ channel, sent_at: at }) => ({ channel, at }))
}

/** Forgets what is older than {@link keptDays}; gives back how many. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM channels.sent_message WHERE (conversation, carrier_hash) IN (
       SELECT conversation, carrier_hash FROM channels.sent_message
       WHERE sent_at < statement_timestamp() - make_interval(days => $1) ORDER BY sent_at LIMIT $2)`,
    [keptDays, sweptMax],
  )
}

/** Which messages were ours: for "is this message from you?". */
export const sentMessages = { note, find, list, sweep, keptDays }
