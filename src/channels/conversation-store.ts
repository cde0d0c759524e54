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

/** Begins a conversation. False, and nothing done, if somebody else has begun it meanwhile (read again to see whose id won). */
export async function insertConversation(
  tx: Tx,
  conversation: {
    readonly id: ConversationId
    readonly channel: ChannelName
    readonly pageId: string
    readonly addressHash: Uint8Array
    readonly addressSealed: Uint8Array
  },
): Promise<boolean> {
  const begun = await tx.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (channel, page_id, address_hash) DO NOTHING`,
    [conversation.id, conversation.channel, conversation.pageId, conversation.addressHash, conversation.addressSealed],
  )
  return begun === 1
}

const recipientShape = z.object({
  address_sealed: bytesColumn,
  language: z.enum(languages),
  silent_ms: z.number().nullable(),
})

/** Where to send to, and how long the person has been silent by the database's clock (undefined: never wrote). */
export async function loadRecipient(
  tx: Tx,
  id: ConversationId,
): Promise<{ addressSealed: Buffer; language: Language; silentMs: number | undefined } | undefined> {
  const row = await tx.maybe(
    recipientShape,
    `SELECT address_sealed, language,
       (extract(epoch FROM clock_timestamp() - last_inbound_at) * 1000)::float8 AS silent_ms
     FROM channels.conversation WHERE id = $1`,
    [id],
  )
  if (row === undefined) return undefined
  return { addressSealed: row.address_sealed, language: row.language, silentMs: row.silent_ms ?? undefined }
}
