import { askedAgain } from '../answers/index.ts'
import { inbound, threads, waitOut } from '../channels/index.ts'
import type { Job, JobHandler, JobOutcome } from '../platform/index.ts'
import { linkedJob } from '../linking/index.ts'
import { afterLinking } from './after-linking.ts'
import type { Chat, ChatDeps, ChatOptions } from './chat-deps.ts'
import { giveUp } from './give-up.ts'
import { answerTurn, goOn, handleMessage, nothingToDo } from './handle-message.ts'
import { jobIds, readJob } from './job-payload.ts'
import { loadUnderstand } from './load-understand.ts'
import { freezeAgainJob } from './freeze-cards.ts'
import { freezeAgain } from './freeze-again.ts'
import { threadAsked, threadBack, threadNotPassed } from './hear-thread.ts'
import { retryJob } from './retry-plan.ts'
import { retryQuestion } from './retry-question.ts'
import { goOnJob, openAskedAgain } from './turn.ts'
import { createWords } from './words.ts'

/** For the job runner of the login `parley_answer`. */
export type ChatJobs = {
  readonly handlers: Readonly<Record<string, JobHandler>>
  /** `onDead` of that runner. */
  readonly giveUp: (job: Job) => Promise<JobOutcome>
}

/** The chat: what answers messages, retries banks that were down, and speaks after a link was confirmed. */
export function createChat(deps: ChatDeps, options: ChatOptions): ChatJobs {
  const understood = deps.metrics.counter({
    name: 'parley_chat_messages_total',
    help: 'Messages answered, by what was understood.',
    labels: ['intent'],
  })
  const count = (intent: string): void => understood.add(1, { intent })
  const chat: Chat = { ...deps, ...options, words: createWords(options.timeZone), understand: loadUnderstand(), count }
  return {
    handlers: {
      [inbound.job]: waitOut((job) => handleMessage(chat, job)),
      [retryJob]: waitOut((job) => retryQuestion(chat, job)),
      [goOnJob]: waitOut((job) => goOn(chat, job)),
      [freezeAgainJob]: waitOut((job) => freezeAgain(chat, job)),
      [linkedJob]: waitOut((job) => afterLinking(chat, job)),
      [threads.jobs.back]: waitOut((job) => threadBack(chat, job)),
      [threads.jobs.asked]: waitOut((job) => threadAsked(chat, job)),
      [threads.jobs.notPassed]: waitOut((job) => threadNotPassed(chat, job)),
      [askedAgain.job]: waitOut((job) => askAgain(chat, job)),
    },
    giveUp: (job) => giveUp(chat, job),
  }
}

/** The person pressed "Ask again" on the page of an answer that was used or ran out. */
async function askAgain(chat: Chat, job: Job): Promise<JobOutcome> {
  const turn = await openAskedAgain(chat, readJob(jobIds.link, job.payload['link']))
  return turn === undefined ? nothingToDo : answerTurn(chat, turn)
}
