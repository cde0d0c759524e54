import { z } from 'zod'
import { refusal, success } from '../kernel/index.ts'
import type { ConversationId, Instant, Outcome } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'
import type { KeyRing } from './key-ring.ts'

const goneRow = z.object({ gone: z.boolean() })

/**
 * Destroys the key of a conversation that the database has none of any more, and that shares nothing: nothing is left that it
 * could open but old copies. Whoever asks for another one's is refused. Gives until when a copy of the key can exist. Safe to
 * call again.
 */
export async function forgetConversation(
  deps: { readonly database: Database; readonly ring: KeyRing; readonly lastCopyAt: () => Instant },
  conversation: ConversationId,
): Promise<Outcome<Instant, 'keystore/not-live'>> {
  const { gone } = await deps.database.one(goneRow, 'SELECT channels.is_gone($1) AS gone', [conversation])
  if (!gone) return refusal('keystore/not-live')
  await deps.ring.forgetConversation(conversation)
  return success(deps.lastCopyAt())
}
