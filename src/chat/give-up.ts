import { inbound, conversations, queueReply } from '../channels/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { nothingToDo } from './handle-message.ts'
import { conversationOf, jobIds } from './job-payload.ts'
import { makeReply } from './make-reply.ts'

/**
 * A job that failed for good still answers: that something broke here, with a reference that finds it in the logs. Rests
 * on as little as possible, since something is broken.
 */
export async function giveUp(chat: Chat, job: Job): Promise<JobOutcome> {
  const conversation = await conversations.load(chat.database, conversationOf(job))
  if (conversation === undefined) return nothingToDo
  const key = await chat.keystore.conversationKey(conversation.id)
  const reference = String(job.id)
  const reply = makeReply(chat, conversation, {
    words: ['broken'],
    values: { reference },
    choices: ['tryAgain', 'talkToPerson'],
  })
  chat.logger.error('chat.gave-up', { jobId: reference, jobKind: job.kind, conversationId: conversation.id })
  return {
    finish: async (tx) => {
      const keystore = { conversationKey: async () => key }
      await queueReply({ random: chat.random, keystore }, tx, { conversation, reply, priority: 'answer' })
      await chat.desk?.noteBotFailed(tx, conversation.id, reference)
      // Of a message's own job, or of its question's retry; other questions have no message whose text must go.
      const named = jobIds.message.safeParse(job.payload['message'] ?? job.payload['id'])
      if (named.success) await inbound.markHandled(tx, named.data)
    },
  }
}
