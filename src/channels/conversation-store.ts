import { z } from 'zod'
import { type ChannelName, type ConversationId, channelNames } from '../kernel/index.ts'
import { type Tx, bytesColumn, instantColumn } from '../platform/index.ts'
import { type Conversation, type Language, languages } from './channel.ts'
import { ids } from './id-columns.ts'

/** The columns that make a {@link Conversation}, for queries that join it as `c`. */
export const conversationColumns = `c.id AS conversation, c.channel, c.customer, c.language,
  c.last_inbound_at, c.linked_at`

export const conversationShape = z.object({
  conversation: ids.conversation,
  channel: z.enum(channelNames),
  customer: ids.customer.nullable(),
  language: z.enum(languages),
  last_inbound_at: instantColumn.nullable(),
  linked_at: instantColumn.nullable(),
})

/** The value behind a row with {@link conversationColumns}. */
export function conversationOf(row: z.infer<typeof conversationShape>): Conversation {
  return {
    id: row.conversation,
    channel: row.channel,
    customer: row.customer ?? undefined,
    language: row.language,
    lastInboundAt: row.last_inbound_at ?? undefined,
    linkedAt: row.linked_at ?? undefined,
  }
}

/** One conversation, as it is now. */
export async function loadConversation(tx: Tx, id: ConversationId): Promise<Conversation | undefined> {
  const row = await tx.maybe(
    conversationShape,
    `SELECT ${conversationColumns} FROM channels.conversation c WHERE c.id = $1`,
    [id],
  )
  return row === undefined ? undefined : conversationOf(row)
}

/** From now on the person is answered in this language. */
export async function setLanguage(tx: Tx, id: ConversationId, language: Language): Promise<void> {
  await tx.run('UPDATE channels.conversation SET language = $2 WHERE id = $1 AND language <> $2', [id, language])
}

const foundShape = z.object({
  id: ids.conversation,
  address_hash: bytesColumn,
})

/** The conversations that these hashed addresses have at this page; those that have none are left out. */
export function findConversations(
  tx: Tx,
  page: { readonly channel: ChannelName; readonly pageId: string },
  addressHashes: readonly Uint8Array[],
): Promise<readonly z.infer<typeof foundShape>[]> {
  return tx.rows(
    foundShape,
    `SELECT id, address_hash FROM channels.conversation
     WHERE channel = $1 AND page_id = $2 AND address_hash = ANY ($3::bytea[])`,
    [page.channel, page.pageId, addressHashes],
  )
}

/** A conversation that begins: by whom it is found, and where to send to, sealed under its own key. */
export type NewConversation = {
  readonly id: ConversationId
  readonly addressHash: Uint8Array
  readonly addressSealed: Uint8Array
}

/**
 * Begins conversations; gives those that are begun by this, not those that somebody else has begun meanwhile (read again to see whose id
 * won). In the order of their hashes, so that two who begin the same ones do not wait for each other. Whoever calls this stores
 * their messages next: that commit is waited for, and it has this one on disk with it, so this one is not.
 */
export function insertConversations(
  tx: Tx,
  page: { readonly channel: ChannelName; readonly pageId: string },
  conversations: readonly NewConversation[],
): Promise<readonly z.infer<typeof foundShape>[]> {
  return tx.rows(
    foundShape,
    `WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
     INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed)
     SELECT n.id, $1, $2, n.address_hash, n.address_sealed
     FROM relaxed CROSS JOIN unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS n (id, address_hash, address_sealed)
     ORDER BY n.address_hash
     ON CONFLICT (channel, page_id, address_hash) DO NOTHING RETURNING id, address_hash`,
    [
      page.channel,
      page.pageId,
      conversations.map(({ id }) => id),
      conversations.map(({ addressHash }) => addressHash),
      conversations.map(({ addressSealed }) => addressSealed),
    ],
  )
}

const recipientShape = z.object({
  address_sealed: bytesColumn,
  language: z.enum(languages),
  silent_ms: z.number().nullable(),
  elsewhere: z.boolean(),
})

/** `elsewhere`: another app of the page has the thread at this moment. */
export type Recipient = {
  readonly addressSealed: Buffer
  readonly language: Language
  readonly silentMs: number | undefined
  readonly elsewhere: boolean
}

/** Where to send to, and how long the person has been silent by the database's clock (undefined: never wrote). */
export async function loadRecipient(tx: Tx, id: ConversationId): Promise<Recipient | undefined> {
  const row = await tx.maybe(
    recipientShape,
    `SELECT address_sealed, language,
       (extract(epoch FROM clock_timestamp() - last_inbound_at) * 1000)::float8 AS silent_ms,
       channels.is_elsewhere(thread_owner, thread_seen_at) AS elsewhere
     FROM channels.conversation WHERE id = $1`,
    [id],
  )
  if (row === undefined) return undefined
  const { address_sealed: addressSealed, language, silent_ms: silentMs, elsewhere } = row
  return { addressSealed, language, silentMs: silentMs ?? undefined, elsewhere }
}
