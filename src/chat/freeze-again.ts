import { z } from 'zod'
import type { Job, JobOutcome } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { freezeCards } from './freeze-cards.ts'
import { nothingToDo } from './handle-message.ts'
import { planIntent } from './intents/index.ts'
import { conversationOf, jobIds, readJob } from './job-payload.ts'
import { openMessage } from './turn.ts'
import { understandWords } from './understand-words.ts'

const since = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number)

/** Tries again what a bank did not do when it was told to freeze cards; the same message gives the same acts, with the same keys. */
export async function freezeAgain(chat: Chat, job: Job): Promise<JobOutcome> {
  const message = readJob(jobIds.message, job.payload['message'])
  const turn = await openMessage(chat, message, conversationOf(job), { retried: true })
  if (turn === undefined) return nothingToDo
  const plan = planIntent({ understood: understandWords(chat, turn), sharing: turn.sharing, misses: 0 })
  return plan.do === 'freeze'
    ? freezeCards(chat, turn, plan, { since: readJob(since, job.payload['since']) })
    : nothingToDo
}
