import { loadConversation, markHandled, queueReply } from '../channels/index.ts'
import { type ConversationId, type MessageId, isUuid } from '../kernel/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { nothingToDo } from './handle-message.ts'
import { makeReply } from './make-reply.ts'

/**
 * A job that failed for good still answers: that something broke here, with a reference that finds it in the logs. Rests
 * on as little as possible, since something is broken.
 */
export async function giveUp(chat: Chat, job: Job): Promise<JobOutcome> {
  const id = job.key.replace(/^retry:/, '')
  if (!isUuid(id)) return nothingToDo
  const conversation = await loadConversation(chat.database, id as ConversationId)
  if (conversation === undefined) return nothingToDo
  const key = await chat.keystore.conversationKey(conversation.id)
  const reference = String(job.id)
  const reply = makeReply(chat, conversation, ['broken'], { reference }, ['tryAgain', 'talkToPerson'])
  chat.logger.error('chat.gave-up', { jobId: reference, jobKind: job.kind, conversationId: conversation.id })
  return {
    finish: async (tx) => {
      const keystore = { conversationKey: async () => key }
      await queueReply({ random: chat.random, keystore }, tx, { conversation, reply, priority: 'answer' })
      const message = job.payload['message'] ?? (job.payload['source'] === 'message' ? job.payload['id'] : undefined)
      if (message !== undefined && isUuid(message)) await markHandled(tx, message as MessageId)
    },
  }
}
