import { looksLikeLinkCode } from '../linking/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import { act } from './act.ts'
import type { Chat } from './chat-deps.ts'
import { conversationOf, jobIds, readJob } from './job-payload.ts'
import { makePlan } from './make-plan.ts'
import { type Turn, openMessage } from './turn.ts'
import { understandWords } from './understand-words.ts'

/**
 * The ask flow, from a stored message to replies in the outbox: load, understand, plan, act. What the act decides to say,
 * what it remembers and the end of the job commit together. Safe to run twice: a handled message is left alone.
 */
export async function handleMessage(chat: Chat, job: Job): Promise<JobOutcome> {
  const turn = await openMessage(chat, readJob(jobIds.message, job.payload['message']), conversationOf(job))
  return turn === undefined ? nothingToDo : answerTurn(chat, turn)
}

/** Understands a turn, plans and acts; the same for messages, for questions that waited, and for those asked again. */
export async function answerTurn(chat: Chat, opened: Turn): Promise<JobOutcome> {
  const understood = understandWords(opened)
  // Only what a person has written this moment tells their language; a tap, or an older question, does not.
  const isWritten = opened.from.source === 'message' && opened.payload === undefined
  const turn = { ...opened, language: (isWritten ? understood.language : undefined) ?? opened.language }
  const text = turn.text.reveal()
  const code = turn.kind === 'text' && looksLikeLinkCode(text) ? text : undefined
  const plan = makePlan({ kind: turn.kind, code }, { understood, sharing: turn.sharing, misses: turn.state.misses })
  chat.count(code === undefined ? understood.intent : 'code')
  return act(chat, turn, plan)
}

export const nothingToDo: JobOutcome = { finish: async () => undefined }
