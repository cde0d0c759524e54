import type { Job, JobOutcome } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { answerTurn, nothingToDo } from './handle-message.ts'
import { conversationOf } from './job-payload.ts'
import { openPending } from './turn.ts'

/** Answers the question that waited for the link that was confirmed. */
export async function afterLinking(chat: Chat, job: Job): Promise<JobOutcome> {
  const turn = await openPending(chat, conversationOf(job))
  return turn === undefined ? nothingToDo : answerTurn(chat, turn)
}
