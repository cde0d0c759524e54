import type { AskedAccount } from '../answers/index.ts'
import { inbound } from '../channels/index.ts'
import { recordDisclosure } from '../consent/index.ts'
import type { ConversationId, InstitutionId } from '../kernel/index.ts'
import { type JobOutcome, type Tx, addJob } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { keepQuestion } from './keep-question.ts'
import { type Look, isUnreachable, lookAtBank } from './look-at-bank.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import { retryJob, retryPauseMs, retryPayload, retryWindowMs } from './retry-plan.ts'
import { keepDisclosable, sayAnswer } from './say-answer.ts'
import { type Turn, endTurn } from './turn.ts'
import { understandWords } from './understand-words.ts'

export type BalanceQuestion = {
  readonly institutions: readonly InstitutionId[]
  readonly asked: AskedAccount
  /** When it is being retried: since when, in milliseconds since 1970, and how often it was tried. */
  readonly retry?: { readonly since: number; readonly attempt: number }
}

/**
 * Asks every bank live, each under a ticket that has committed, outside any transaction; then, in one transaction with
 * the end of the job, checks the grants again, writes down what goes where, and sends what this channel may carry.
 */
export async function answerBalance(chat: Chat, turn: Turn, question: BalanceQuestion): Promise<JobOutcome> {
  const looks = (await Promise.all(question.institutions.map((id) => lookAtBank(chat, turn, id)))).filter(isLook)
  if (looks.length === 0) return askForLeave(chat, turn)
  if (await stopWaits(chat, turn)) return dropLooks(chat, turn, looks)
  const down = looks.filter(isUnreachable)
  const tryAgain = down.length > 0 && !isOver(turn, question)
  if (tryAgain && question.retry !== undefined && down.length === looks.length) {
    await chat.database.transaction((tx) => keepDisclosable(chat, tx, down))
    return { againAfterMs: retryPauseMs(question.retry.attempt) }
  }
  return {
    finish: async (tx) => {
      const gaveUp = question.retry !== undefined && !tryAgain
      await sayAnswer(chat, turn, tx, { looks, asked: question.asked, tryAgain, gaveUp })
      if (tryAgain) await addRetry(tx, turn, down, question)
    },
  }
}

/**
 * A slow bank must not make "stop" wait: one that was written meanwhile overtakes the answer. Its own turn, which comes
 * next, ends the grants.
 */
async function stopWaits(chat: Chat, turn: Turn): Promise<boolean> {
  const waiting = await inbound.loadWaiting(chat.database, chat.keystore, turn.conversation.id)
  return waiting.some(({ id, kind, text, payload }) => {
    if (id === turn.from.id) return false
    return (
      kind === 'account-unlinked' ||
      understandWords({ text, payload, language: turn.language }).intent === 'stop_sharing'
    )
  })
}

/** What the banks said is thrown away, and the audit says that nothing of it went anywhere. */
function dropLooks(chat: Chat, turn: Turn, looks: readonly Look[]): JobOutcome {
  return {
    finish: async (tx) => {
      for (const { permit } of looks) await recordDisclosure(chat, tx, permit, { level: 'nothing', place: 'messenger' })
      await endTurn(chat, turn, tx, { say: [{ reply: makeReply(chat, turn, { words: ['stopped_meanwhile'] }) }] })
    },
  }
}

/** Nobody gives leave: the question waits, sealed, for a bank to be linked. */
function askForLeave(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => {
      const reply = await makeOffer(chat, turn, tx, { purpose: 'link', words: 'link.offer_question' })
      await endTurn(chat, turn, tx, { say: [{ reply }], change: keepQuestion(turn) })
    },
  }
}

async function addRetry(tx: Tx, turn: Turn, down: readonly Look[], question: BalanceQuestion): Promise<void> {
  const since = question.retry?.since ?? turn.state.now
  const payload = retryPayload({ from: turn.from, institutions: down.map(({ institution }) => institution), since })
  await addJob(tx, { kind: retryJob, key: retryKey(turn.conversation.id), payload, delayMs: retryPauseMs(1) })
}

/** A key of its own, so that later messages of the conversation are not held back. */
function retryKey(conversation: ConversationId): string {
  return `retry:${conversation}`
}

function isOver(turn: Turn, { retry }: BalanceQuestion): boolean {
  return retry !== undefined && turn.state.now - retry.since >= retryWindowMs
}

function isLook(look: Look | undefined): look is Look {
  return look !== undefined
}
