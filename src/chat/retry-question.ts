import { Secret } from '../kernel/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import { answerBalance } from './answer-balance.ts'
import type { Chat } from './chat-deps.ts'
import { nothingToDo } from './handle-message.ts'
import { conversationOf } from './job-payload.ts'
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
  const institutions = retry.institutions.filter((id) => turn.sharing.institutions.includes(id))
  if (institutions.length === 0 || wasAnswered(turn, retry)) return forget(chat, turn)
  const { account, card_last4: digits } = understandWords(turn).slots
  const asked = {
    words: account === undefined ? undefined : new Secret(account),
    lastDigits: digits === undefined ? undefined : new Secret(digits),
  }
  return answerBalance(chat, turn, { institutions, asked, retry: { since: retry.since, attempt: job.attempt } })
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
