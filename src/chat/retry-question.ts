import { answerRules } from '../answers/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import { askBank } from './ask-bank.ts'
import type { Chat } from './chat-deps.ts'
import { nothingToDo } from './handle-message.ts'
import { planIntent } from './intents/index.ts'
import { conversationOf } from './job-payload.ts'
import { banksFor } from './plan.ts'
import { type Retry, readRetry } from './retry-plan.ts'
import { type Turn, endTurn, openAskedAgain, openMessage, openPending } from './turn.ts'
import { understandWords } from './understand-words.ts'

/**
 * Asks the banks again that were down, until they answer or the time is up; then says which. A question that was
 * answered in the meantime, or whose grants were stopped, ends without a word.
 */
export async function retryQuestion(chat: Chat, job: Job): Promise<JobOutcome> {
  const retry = readRetry(job)
  const turn = await openQuestion(chat, job, retry)
  if (turn === undefined) return nothingToDo
  const understood = understandWords(chat, turn)
  const plan = planIntent({ understood, sharing: turn.sharing, misses: 0 })
  if (plan.do !== 'ask' || wasAnswered(turn, retry)) return forget(chat, turn)
  const [first] = answerRules.neededClasses(plan.question)
  const mayAsk = banksFor(turn.sharing, first)
  const institutions = retry.institutions.filter((id) => mayAsk.includes(id))
  if (institutions.length === 0) return forget(chat, turn)
  return askBank(chat, turn, { ...plan, institutions }, { since: retry.since, attempt: job.attempt })
}

function openQuestion(chat: Chat, job: Job, { from }: Retry): Promise<Turn | undefined> {
  switch (from.source) {
    case 'message':
      return openMessage(chat, from.id, conversationOf(job), { retried: true })
    case 'pending':
      return openPending(chat, from.id)
    case 'link':
      return openAskedAgain(chat, from.id)
  }
}

function wasAnswered({ state }: Turn, { since }: Retry): boolean {
  return state.answeredAgoMs !== undefined && state.now - state.answeredAgoMs > since
}

function forget(chat: Chat, turn: Turn): JobOutcome {
  return { finish: (tx) => endTurn(chat, turn, tx, { say: [] }) }
}
