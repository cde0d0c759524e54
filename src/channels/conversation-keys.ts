import type { ConversationId, Secret } from '../kernel/index.ts'

/** Where a conversation's key comes from: the keystore, or a key that is already in hand. */
export type ConversationKeys = {
  conversationKey(conversation: ConversationId): Promise<Secret<Uint8Array>>
}
