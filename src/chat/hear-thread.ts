import { type Conversation, conversations, queueReply, threads } from '../channels/index.ts'
import { type Job, type JobOutcome, addJob } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { nothingToDo } from './handle-message.ts'
import { conversationOf } from './job-payload.ts'
import { makeReply } from './make-reply.ts'
import type { WordKey } from './word-keys.ts'

/** The page's own inbox at Messenger, as an app (Conversation Routing). */
export const pageInbox = '263902037430900'

/** After so long a silence nobody wonders who speaks, and the bot says that it is one anyway when it next does. */
const backMs = 24 * 3_600_000

/** Another app has given the thread back, or it was taken back: one sentence, since people were answering until now. */
export async function threadBack(chat: Chat, job: Job): Promise<JobOutcome> {
  const { conversation, now } = await load(chat, job)
  const lastInboundAt = conversation?.lastInboundAt
  if (conversation === undefined || lastInboundAt === undefined || now - Number(lastInboundAt) > backMs)
    return nothingToDo
  if (await threads.isElsewhere(chat.database, conversation.id)) return nothingToDo
  chat.count('thread_back')
  return say(chat, conversation, 'thread.back')
}

/** The app that people were promised from could not have the thread. */
export async function threadNotPassed(chat: Chat, job: Job): Promise<JobOutcome> {
  const { conversation } = await load(chat, job)
  if (conversation === undefined) return nothingToDo
  chat.count('thread_not_passed')
  return say(chat, conversation, 'person.now')
}

export type ThreadRequest = {
  readonly app: string
  /** The app whose people answer here, where it is not our desk. */
  readonly handOverTo: string | undefined
  readonly isElsewhere: boolean
  /** Somebody of our own desk has the conversation. */
  readonly isWithPerson: boolean
  /** A question about the use of a card waits for its answer here. */
  readonly isAsking: boolean
}

/** Whether another app gets the thread that it asks for: people of the page's inbox or of the configured app, and never across our own. */
export function decideRequest(request: ThreadRequest): 'pass' | 'keep' {
  if (request.app !== pageInbox && request.app !== request.handOverTo) return 'keep'
  return request.isElsewhere || request.isWithPerson || request.isAsking ? 'keep' : 'pass'
}

/** Another app asks for the thread. */
export async function threadAsked(chat: Chat, job: Job): Promise<JobOutcome> {
  const id = conversationOf(job)
  const { app } = job.payload
  if (typeof app !== 'string') return nothingToDo
  const [isElsewhere, withPerson, questions = []] = await Promise.all([
    threads.isElsewhere(chat.database, id),
    chat.desk?.isWithPerson(chat.database, id),
    chat.alerts?.open(chat.database, id),
  ])
  const decided = decideRequest({
    app,
    handOverTo: chat.handOverTo,
    isElsewhere,
    isWithPerson: withPerson !== undefined,
    isAsking: questions.length > 0,
  })
  chat.count(`thread_asked_${decided}`)
  if (decided === 'keep') return nothingToDo
  return { finish: async (tx) => void (await addJob(tx, threads.job('act', id, { do: 'pass', app }))) }
}

async function load(
  chat: Chat,
  job: Job,
): Promise<{ readonly conversation: Conversation | undefined; readonly now: number }> {
  return { conversation: await conversations.load(chat.database, conversationOf(job)), now: chat.clock.now() }
}

async function say(chat: Chat, conversation: Conversation, words: WordKey): Promise<JobOutcome> {
  const key = await chat.keystore.conversationKey(conversation.id)
  const reply = makeReply(chat, conversation, { words: [words] })
  const keystore = { conversationKey: async () => key }
  return {
    finish: async (tx) =>
      void (await queueReply({ random: chat.random, keystore }, tx, { conversation, reply, priority: 'answer' })),
  }
}
