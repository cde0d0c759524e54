import { type Conversation, conversationsOfCustomer, loadConversation, queueReply } from '../channels/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { answerTurn, nothingToDo } from './handle-message.ts'
import { idAt } from './job-payload.ts'
import { openPending } from './turn.ts'

/** Answers the question that waited for the link, and tells the customer's other conversations about the link. */
export async function afterLinking(chat: Chat, job: Job): Promise<JobOutcome> {
  const id = idAt(job, 'conversation') as ConversationId
  const [turn, notices] = await Promise.all([openPending(chat, id), prepareNotices(chat, id)])
  const answer = turn === undefined ? nothingToDo : await answerTurn(chat, turn)
  if (!('finish' in answer)) return answer
  return {
    finish: async (tx) => {
      for (const send of notices) await send(tx)
      await answer.finish(tx)
    },
  }
}

/** Threat row 4: whoever did not link a bank learns that somebody did. Messages we start carry the safety sentence. */
async function prepareNotices(chat: Chat, linked: ConversationId): Promise<readonly ((tx: Tx) => Promise<void>)[]> {
  const conversation = await loadConversation(chat.database, linked)
  if (conversation?.customer === undefined) return []
  const all = await conversationsOfCustomer(chat.database, conversation.customer)
  return Promise.all(all.filter(({ id }) => id !== linked).map((other) => prepareNotice(chat, other)))
}

async function prepareNotice(chat: Chat, conversation: Conversation): Promise<(tx: Tx) => Promise<void>> {
  const key = await chat.keystore.conversationKey(conversation.id)
  const keystore = { conversationKey: async () => key }
  const { language } = conversation
  const text = [chat.words.say(language, 'notice.linked'), chat.words.say(language, 'safety')].join('\n\n')
  return async (tx) => {
    await queueReply({ random: chat.random, keystore }, tx, { conversation, reply: { text }, priority: 'question' })
  }
}
