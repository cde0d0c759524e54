import { z } from 'zod'
import type { ConversationId } from '../kernel/index.ts'
import { Fault } from '../kernel/index.ts'
import { type Job, type JobHandler, type JobOutcome, type Tx, addJobs } from '../platform/index.ts'
import { ids } from './id-columns.ts'
import { waitOut } from './wait-out.ts'

/** The job that destroys the key of a conversation that is gone; key `forget:` and the conversation. */
export const forgetKeyJob = 'channels.forget-key'

const goneShape = z.object({ gone: z.boolean() })

/**
 * Deletes a conversation with everything that hangs on it (messages, what the chat remembers, links, what waits to be sent), in
 * the caller's transaction, and queues the end of its key. False: it shares something at this moment.
 * Login `parley_revoker`.
 */
export async function forgetConversation(tx: Tx, conversation: ConversationId): Promise<boolean> {
  const { gone } = await tx.one(goneShape, 'SELECT channels.forget_conversation($1) AS gone', [conversation])
  if (gone) await addForgetKey(tx, [conversation])
  return gone
}

const partedShape = z.object({ parted: z.boolean() })

/**
 * The person took the app out of the messenger: nothing waits to be sent there any more, and the conversation is nobody's until
 * it is linked again. False: it shares something at this moment. Login `parley_revoker`.
 */
export async function partConversation(tx: Tx, conversation: ConversationId): Promise<boolean> {
  return (await tx.one(partedShape, 'SELECT channels.part_conversation($1) AS parted', [conversation])).parted
}

const strangerShape = z.object({ id: ids.conversation })

/** Conversations that one sweep forgets at most. */
const strangersMax = 200

/**
 * Forgets people who never linked a bank and have not written for so many days. Login `parley_channel`; for a sweeper. Gives
 * back how many went.
 */
export async function forgetStrangers(tx: Tx, days: number): Promise<number> {
  const gone = await tx.rows(strangerShape, 'SELECT channels.forget_strangers($1, $2) AS id', [days, strangersMax])
  await addForgetKey(
    tx,
    gone.map(({ id }) => id),
  )
  return gone.length
}

function addForgetKey(tx: Tx, gone: readonly ConversationId[]): Promise<void> {
  return addJobs(
    tx,
    gone.map((conversation) => ({
      kind: forgetKeyJob,
      key: `forget:${conversation}`,
      payload: { conversation },
      priority: 2,
    })),
  )
}

export type KeyForgetting = {
  forgetConversation(conversation: ConversationId): Promise<{ readonly ok: boolean }>
}

/** Handles {@link forgetKeyJob}; for the runner of login `parley_channel`. */
export function forgetKeyJobs(keystore: KeyForgetting): Readonly<Record<string, JobHandler>> {
  return { [forgetKeyJob]: waitOut((job) => forgetKey(keystore, job)) }
}

/** The keystore destroys the key. Safe to run twice; one that the keystore will not let go of (its row is there) stays. */
async function forgetKey(keystore: KeyForgetting, job: Job): Promise<JobOutcome> {
  const conversation = ids.conversation.safeParse(job.payload['conversation'])
  if (!conversation.success) throw new Fault('channels/message-broken', { retry: 'never' })
  await keystore.forgetConversation(conversation.data)
  return { finish: async () => undefined }
}
