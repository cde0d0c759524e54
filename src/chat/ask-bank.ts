import type { Asked } from '../answers/index.ts'
import { inbound } from '../channels/index.ts'
import { recordDisclosure } from '../consent/index.ts'
import { type ConversationId, type InstitutionId, Secret } from '../kernel/index.ts'
import { type JobOutcome, type Tx, addJob } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { keepQuestion } from './keep-question.ts'
import { type Look, isUnreachable, lookAtBank } from './look-at-bank.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import type { AskPlan } from './plan.ts'
import type { AskedQuestion } from './question-payload.ts'
import { retryJob, retryPauseMs, retryPayload, retryWindowMs } from './retry-plan.ts'
import { keepDisclosable, sayAnswer } from './say-answer.ts'
import { spendCategory } from './spend-category.ts'
import { type Turn, endTurn, keepAs } from './turn.ts'
import { understandWords } from './understand-words.ts'
import type { Slots } from './understand/understood.ts'

/** When it is being retried: since when, in milliseconds since 1970, and how often it was tried. */
export type AskRetry = { readonly since: number; readonly attempt: number }

/**
 * Asks every bank live, each kind of data under a ticket that has committed, outside any transaction; then, in one transaction with
 * the end of the job, checks the grants again, writes down what goes where, and sends what this channel may carry.
 */
export async function askBank(chat: Chat, turn: Turn, plan: AskPlan, retry?: AskRetry): Promise<JobOutcome> {
  const asked = askedOf(plan.slots)
  const { question } = plan
  const found = await Promise.all(plan.institutions.map((id) => lookAtBank(chat, turn, id, { question, asked })))
  const looks = found.filter((look) => look !== undefined)
  if (looks.length === 0) return askForLeave(chat, turn, questionOf(plan))
  if (await stopWaits(chat, turn)) return dropLooks(chat, turn, looks)
  const down = looks.filter(isUnreachable)
  const tryAgain = down.length > 0 && !isOver(turn, retry)
  if (tryAgain && retry !== undefined && down.length === looks.length) {
    await chat.database.transaction((tx) => keepDisclosable(chat, tx, down))
    return { againAfterMs: retryPauseMs(retry.attempt) }
  }
  return {
    finish: async (tx) => {
      const gaveUp = retry !== undefined && !tryAgain
      await sayAnswer(chat, turn, tx, { looks, asked, plan, tryAgain, gaveUp })
      if (tryAgain) await addRetry(tx, turn, { down, question: questionOf(plan), retry })
    },
  }
}

/** What was named, as the answers take it. */
function askedOf({ account, card_last4: digits, merchant, category, amount, from, to }: Slots): Asked {
  return {
    words: secretOf(account),
    lastDigits: secretOf(digits),
    merchant: secretOf(merchant),
    category: spendCategory(category),
    amount: secretOf(amount),
    from,
    to,
  }
}

function secretOf<Value>(value: Value | undefined): Secret<Value> | undefined {
  return value === undefined ? undefined : new Secret(value)
}

function questionOf({ question: intent, slots }: AskPlan): AskedQuestion {
  return { intent, slots }
}

/**
 * A slow bank must not make "stop" wait: one that was written meanwhile overtakes the answer. Its own turn, which comes
 * next, ends the grants.
 */
async function stopWaits(chat: Chat, turn: Turn): Promise<boolean> {
  const waiting = await inbound.loadWaiting(chat.database, chat.keystore, turn.conversation.id)
  return waiting.some((message) => {
    if (message.id === turn.from.id) return false
    const { text, payload } = message
    return (
      message.kind === 'account-unlinked' || understandWords(chat, { ...turn, text, payload }).intent === 'stop_sharing'
    )
  })
}

/** What the banks said is thrown away, and the audit says that nothing of it went anywhere. */
function dropLooks(chat: Chat, turn: Turn, looks: readonly Look[]): JobOutcome {
  return {
    finish: async (tx) => {
      for (const { permits } of looks) {
        for (const permit of permits) {
          await recordDisclosure(chat, tx, permit, { level: 'nothing', place: 'messenger' })
        }
      }
      await endTurn(chat, turn, tx, { say: [{ reply: makeReply(chat, turn, { words: ['stopped_meanwhile'] }) }] })
    },
  }
}

/** Nobody gives leave: the question waits, sealed, for a bank to be linked. */
function askForLeave(chat: Chat, turn: Turn, question: AskedQuestion): JobOutcome {
  return {
    finish: async (tx) => {
      const reply = await makeOffer(chat, turn, tx, { purpose: 'link', words: 'link.offer_question' })
      await endTurn(chat, turn, tx, { say: [{ reply }], change: keepQuestion(turn, question) })
    },
  }
}

type Again = {
  readonly down: readonly Look[]
  readonly question: AskedQuestion
  readonly retry: AskRetry | undefined
}

/** The message is kept as the question it was understood to be: what is said in between does not change its meaning. */
async function addRetry(tx: Tx, turn: Turn, { down, question, retry }: Again): Promise<void> {
  await keepAs(turn, tx, question)
  const since = retry?.since ?? turn.state.now
  const payload = retryPayload({ from: turn.from, institutions: banksOf(down), since })
  await addJob(tx, { kind: retryJob, key: retryKey(turn.conversation.id), payload, delayMs: retryPauseMs(1) })
}

function banksOf(looks: readonly Look[]): readonly InstitutionId[] {
  return looks.map(({ institution }) => institution)
}

/** A key of its own, so that later messages of the conversation are not held back. */
function retryKey(conversation: ConversationId): string {
  return `retry:${conversation}`
}

function isOver(turn: Turn, retry: AskRetry | undefined): boolean {
  return retry !== undefined && turn.state.now - retry.since >= retryWindowMs
}
