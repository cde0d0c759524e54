import type { Conversation, Reply } from './channel.ts'
import type { ConversationKeys } from './conversation-keys.ts'
import type { Leave } from '../consent/index.ts'
import type { OutboxId } from '../kernel/index.ts'
import { type OutboxPriority, type Random, type Tx, addToOutbox } from '../platform/index.ts'
import { ids } from './id-columns.ts'
import { sealOutgoing } from './sealed-message.ts'

/** A reply is sent within the day it answers, or not at all: later it would answer nothing that anybody remembers. */
export const replyLifeMs = 24 * 3_600_000

/**
 * Puts a reply on its way, in the caller's transaction: sealed under the conversation's key, with the leave that must
 * still hold when it goes. Hand in keys that are already in hand, so that no call leaves inside the transaction.
 */
export async function queueReply(
  deps: { readonly random: Random; readonly keystore: ConversationKeys },
  tx: Tx,
  message: {
    readonly conversation: Pick<Conversation, 'id' | 'channel'>
    readonly reply: Reply
    readonly priority: OutboxPriority
    readonly leave?: Leave
    /** How long it is worth sending; {@link replyLifeMs} unless given. */
    readonly lifeMs?: number
  },
): Promise<OutboxId> {
  const { conversation, reply, priority, leave = [], lifeMs = replyLifeMs } = message
  const id = ids.outbox.parse(deps.random.uuid())
  const key = await deps.keystore.conversationKey(conversation.id)
  const sealed = sealOutgoing(key, { conversation: conversation.id, id }, { reply, leave })
  const { id: conversationId, channel } = conversation
  await addToOutbox(tx, { id, channel, conversationId, priority, sealed, expiresInMs: lifeMs })
  return id
}
