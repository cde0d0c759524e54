import { z } from 'zod'
import { Secret } from '../kernel/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { addJob, bytesColumn, unseal } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { questionContext } from './make-answer-link.ts'
import { uuidColumn } from '../customers/index.ts'

/** The job the page adds when a person asks again: key = the conversation, payload `{ link }`. `chat` handles it. */
const askAgainJob = 'chat.ask-again'

/** A question that is asked once more, from the page of a link that was used or ran out. */
export type AskedAgain = { readonly conversation: ConversationId; readonly question: Secret<string> }

/** What the job's link asked; undefined once the link was swept. Login `parley_answer`. */
async function loadAskedAgain(
  tx: Tx,
  keystore: Pick<KeystoreClient, 'conversationKey'>,
  link: string,
): Promise<AskedAgain | undefined> {
  const row = await tx.maybe(
    z.object({ conversation: uuidColumn<ConversationId>(), question_sealed: bytesColumn }),
    'SELECT l.conversation, l.question_sealed FROM answers.link l WHERE l.id = $1',
    [link],
  )
  if (row === undefined) return undefined
  const key = await keystore.conversationKey(row.conversation)
  const question = unseal(key.reveal(), row.question_sealed, questionContext(row.conversation, link))
  return { conversation: row.conversation, question: new Secret(question.toString('utf8')) }
}

/** Queues the question once more; at most one waiting each link, because the link remembers when it was asked again. */
export async function queueAskAgain(tx: Tx, link: { id: string; conversation: ConversationId }): Promise<boolean> {
  const taken = await tx.run(
    'UPDATE answers.link SET asked_again_at = clock_timestamp() WHERE id = $1 AND asked_again_at IS NULL',
    [link.id],
  )
  if (taken === 0) return false
  await addJob(tx, { kind: askAgainJob, key: link.conversation, payload: { link: link.id } })
  return true
}

/** Asking a question once more: the job that a page adds, and what it asks. */
export const askedAgain = { job: askAgainJob, load: loadAskedAgain } as const
