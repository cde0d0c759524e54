import { looksLikeLinkCode } from '../linking/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import { act } from './act.ts'
import { noLookPayload, refuseLook, sealQuestion } from './act-on-person.ts'
import type { Chat } from './chat-deps.ts'
import { alarmBefore, answerAlert, hearAlert, isAlarm } from './hear-alert.ts'
import { conversationOf, jobIds, readJob } from './job-payload.ts'
import { makePlan } from './make-plan.ts'
import type { PlanInput } from './plan.ts'
import { type Turn, endTurn, openMessage } from './turn.ts'
import type { Intent, Understood } from './understand/understood.ts'
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
  const understood = understandWords(chat, opened)
  // Only what a person has written this moment tells their language; a tap, or an older question, does not; nor if they named one.
  const isWritten = opened.from.source === 'message' && opened.payload === undefined && !opened.state.languageChosen
  const language = (isWritten ? understood.language : undefined) ?? opened.language
  const { also } = understood
  const turn = { ...opened, language, ...(also === undefined ? {} : { goesOn: also }) }
  // Before anything else, whoever has the conversation and whatever is shared: it may be about a theft under way.
  const answered = hearAlert(turn, understood)
  if (answered !== undefined) {
    chat.count(`alert_${answered.says}`.replaceAll('-', '_'))
    return answerAlert(chat, turn, answered)
  }
  if (turn.payload === noLookPayload) return refuseLook(chat, turn)
  if (turn.elsewhere === true && !isSafety(understood)) {
    chat.count('elsewhere')
    return { finish: (tx) => endTurn(chat, turn, tx, { say: [] }) }
  }
  if (await isHeard(chat, turn, understood)) return { finish: (tx) => endTurn(chat, turn, tx, { say: [] }) }
  const text = turn.text.reveal()
  const code = turn.kind === 'text' && looksLikeLinkCode(text) ? text : undefined
  const plan = makePlan({ kind: turn.kind, code, isEmpty: isEmpty(turn) }, planInput(turn, understood))
  chat.count(code === undefined ? understood.intent : 'code')
  const outcome = await act(chat, turn, plan)
  return isAlarm(turn, understood) ? alarmBefore(chat, turn, outcome) : outcome
}

/** What the bot still does while a person has the conversation: what stops, protects or erases. */
const alwaysMine: readonly Intent[] = [
  'stop_sharing', 'freeze_card', 'lost_or_stolen_card', 'report_fraud', 'erase_me', 'confirm_erase',
] // prettier-ignore

/** What is still done at the bank while another app of the page has the thread; what there is to say of it waits until it is back. */
const safety: readonly Intent[] = ['stop_sharing', 'freeze_card', 'lost_or_stolen_card', 'report_fraud']

function isSafety({ intent, priority, crisis }: Understood): boolean {
  return crisis !== true && (priority || safety.includes(intent))
}

/** While a person has the conversation, they get the words, and the bot keeps quiet. Taps are for the bot. */
async function isHeard(chat: Chat, turn: Turn, understood: Understood): Promise<boolean> {
  const { desk } = chat
  const { from, conversation } = turn
  if (desk === undefined || from.source !== 'message' || turn.kind !== 'text' || turn.payload !== undefined)
    return false
  if (understood.priority || understood.crisis === true || alwaysMine.includes(understood.intent)) return false
  if ((await desk.isWithPerson(chat.database, conversation.id)) === undefined) return false
  const words = { conversation: conversation.id, message: from.id, text: sealQuestion(turn) }
  return chat.database.transaction((tx) => desk.hear(tx, words))
}

/** The second wish of a message, once the first has been met. */
export async function goOn(chat: Chat, job: Job): Promise<JobOutcome> {
  const message = readJob(jobIds.message, job.payload['message'])
  const turn = await openMessage(chat, message, conversationOf(job), { retried: true })
  return turn === undefined ? nothingToDo : answerTurn(chat, turn)
}

function planInput({ sharing, state, notes, last }: Turn, understood: Understood): PlanInput {
  const hid = notes.includes('masked') || notes.includes('masked.secret')
  return { understood, sharing, misses: state.misses, hid, ...(last === undefined ? {} : { last: last.intent }) }
}

function isEmpty({ kind, payload, text }: Turn): boolean {
  return kind === 'text' && payload === undefined && text.reveal().trim() === ''
}

export const nothingToDo: JobOutcome = { finish: async () => undefined }
