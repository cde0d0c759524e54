import { z } from 'zod'
import { conversations, queueReply } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import type { ConversationId, CustomerId, Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Database, Random, Tx } from '../platform/index.ts'
import { linkWords } from './link-words.ts'
import { offerLink } from './offer-link.ts'
import { uuidColumn } from '../customers/index.ts'

export type LinkingJobsDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
  readonly random: Random
  /** The gateway's origin. */
  readonly publicUrl: string
}

/** A message that we start: a sentence of the catalogue, and at most one button to the page where it can be undone. */
export type Notice = {
  readonly customer: CustomerId
  readonly message: string
  readonly button?: string
  /** The conversation that it is about, which need not be told. */
  readonly except?: ConversationId
}

/** How long the link in a notice can be opened: as long as a recovery can be stopped. */
const noticeLinkSeconds = 24 * 3_600

/** How many conversations one customer's notices go to. */
const conversationsMax = 50

type Told = { readonly conversation: Conversation; readonly key: Secret<Uint8Array> }

/**
 * Prepares a notice to every conversation of a customer; the result puts them on their way in a transaction. The keys are
 * fetched first, so that no call leaves while it is open. Each ends with the sentence that every such message carries.
 */
export async function tellConversations(deps: LinkingJobsDeps, notice: Notice): Promise<(tx: Tx) => Promise<void>> {
  const conversations = await listConversations(deps.database, notice.customer)
  const told: readonly Told[] = await Promise.all(
    conversations
      .filter((conversation) => conversation.id !== notice.except)
      .map(async (conversation) => ({ conversation, key: await deps.keystore.conversationKey(conversation.id) })),
  )
  return async (tx) => {
    for (const each of told) await queueNotice(deps, tx, each, notice)
  }
}

async function queueNotice(deps: LinkingJobsDeps, tx: Tx, { conversation, key }: Told, notice: Notice): Promise<void> {
  const words = linkWords.for(conversation.language)
  const offer = { conversation: conversation.id, purpose: 'change', seconds: noticeLinkSeconds } as const
  const buttons =
    notice.button === undefined
      ? []
      : [{ kind: 'link' as const, title: words.say(notice.button), url: await offerLink(deps, tx, offer) }]
  await queueReply({ random: deps.random, keystore: { conversationKey: async () => key } }, tx, {
    conversation,
    reply: { text: `${words.say(notice.message)} ${words.say('notice.safety')}`, buttons },
    priority: 'question',
  })
}

async function listConversations(tx: Tx, customer: CustomerId): Promise<readonly Conversation[]> {
  const rows = await tx.rows(
    z.object({ id: uuidColumn<ConversationId>() }),
    `SELECT c.id FROM channels.conversation c WHERE c.customer = $1 ORDER BY c.linked_at LIMIT ${conversationsMax}`,
    [customer],
  )
  const found = await Promise.all(rows.map((row) => conversations.load(tx, row.id)))
  return found.filter((conversation) => conversation !== undefined)
}
