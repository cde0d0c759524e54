import { createHash } from 'node:crypto'
import type { CardState } from '../banks/index.ts'
import { type InstitutionId, success } from '../kernel/index.ts'
import { type JobOutcome, addJob } from '../platform/index.ts'
import { type CardBank, type CardsFrozen, openCards } from './card-bank.ts'
import type { Chat } from './chat-deps.ts'
import { makeOffer } from './make-reply.ts'
import type { CardsMeant, Plan } from './plan.ts'
import { askWhichCard, sayFrozen } from './say-frozen.ts'
import { type Turn, endTurn } from './turn.ts'

/** The job that tries again: key `retry:` and the conversation, payload `{ message, since }`. */
export const freezeAgainJob = 'chat.freeze-again'
/** As long as the words promise. */
const retryWindowMs = 15 * 60_000
const retryPauseMs = 10_000

type FreezePlan = Extract<Plan, { do: 'freeze' }>

/** Since when it has been tried, in milliseconds since 1970. */
export type FreezeRetry = { readonly since: number }

/**
 * Freezes cards at the bank, by words alone (P4). Each card's act has a key of its own that follows from the message, so that a crash and a
 * second run change nothing twice (P10). Which card is meant is never guessed.
 */
export async function freezeCards(chat: Chat, turn: Turn, plan: FreezePlan, retry?: FreezeRetry): Promise<JobOutcome> {
  const banks = await Promise.all(plan.institutions.map((id) => openCards(chat, turn, id)))
  const open = banks.filter((bank) => bank !== undefined)
  if (open.length === 0) return offerLink(chat, turn)
  const isSealed = open.some(({ permit }) => permit.disclosure === 'sealed')
  // In a sealed chat the question is the same for whoever has one card, several or none.
  if (isSealed && needsChoice(plan.which)) return { finish: (tx) => askWhichCard(chat, turn, tx, { open, cards: [] }) }
  const found = await Promise.all(open.map((bank) => findCards(chat, bank, plan.which)))
  if (!isSealed && plan.which.which !== 'all') {
    const cards = found.flatMap((bank) => bank.cards ?? [])
    if (cards.length !== 1) return { finish: (tx) => askWhichCard(chat, turn, tx, { open, cards }) }
  }
  const done = await Promise.all(found.map((bank) => freezeAt(chat, turn, bank)))
  const failed = done.filter(({ frozen }) => frozen === undefined)
  const since = retry?.since ?? turn.state.now
  const tryAgain = failed.length > 0 && turn.state.now - since < retryWindowMs
  if (tryAgain && retry !== undefined && failed.length === done.length) return { againAfterMs: retryPauseMs }
  return {
    finish: async (tx) => {
      await sayFrozen(chat, turn, tx, { done, which: plan.which, isSealed, tryAgain, gaveUp: retry !== undefined })
      if (tryAgain && turn.from.source === 'message') {
        const payload = { message: turn.from.id, since: String(since) }
        const key = `retry:${turn.conversation.id}`
        await addJob(tx, { kind: freezeAgainJob, key, payload, delayMs: retryPauseMs })
      }
    },
  }
}

// Words such as "the blue one" name a card only where names may be told; digits that the person typed name it anywhere.
function needsChoice(which: CardsMeant): boolean {
  return which.which === 'unsaid' || (which.which === 'named' && which.lastDigits === undefined)
}

type FoundCards = { readonly bank: CardBank; readonly cards: readonly CardState[] | undefined }

/** The cards that are meant and still work, or are frozen already; undefined: the bank did not say. */
async function findCards(chat: Chat, bank: CardBank, which: CardsMeant): Promise<FoundCards> {
  const report = await chat.bank.fetchCards(bank.permit)
  if (!report.ok) return { bank, cards: undefined }
  const usable = report.value.cards.filter(({ status }) => status !== 'lost')
  if (which.which !== 'named' || which.lastDigits === undefined) return { bank, cards: usable }
  const digits = which.lastDigits
  return { bank, cards: usable.filter(({ lastDigits }) => lastDigits?.reveal().endsWith(digits) ?? false) }
}

async function freezeAt(chat: Chat, turn: Turn, { bank, cards }: FoundCards): Promise<CardsFrozen> {
  if (cards === undefined) return { bank, frozen: undefined }
  const results = await Promise.all(cards.map((card) => freezeOne(chat, turn, bank, card)))
  // A card that the bank calls past freezing is one that nobody can pay with.
  const failed = results.some((result) => !result.ok && result.code !== 'banks/conflict')
  return { bank, frozen: failed ? undefined : results.flatMap((result) => (result.ok ? [result.value] : [])) }
}

/** Nothing gives leave any more. */
function offerLink(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => {
      const reply = await makeOffer(chat, turn, tx, { purpose: 'link', words: 'freeze.not_linked' })
      await endTurn(chat, turn, tx, { say: [{ reply }] })
    },
  }
}

async function freezeOne(
  chat: Chat,
  turn: Turn,
  bank: CardBank,
  card: CardState,
): ReturnType<Chat['bank']['changeCard']> {
  if (card.status === 'frozen') return success(card)
  const key = actKey(turn, bank.institution, card.accountId)
  return chat.bank.changeCard(bank.permit, { accountId: card.accountId, to: 'frozen', key })
}

/** The same for every run of this message's job, and unlike that of any other act. */
function actKey(turn: Turn, institution: InstitutionId, account: string): string {
  const parts = ['freeze', turn.from.source, turn.from.id, institution, account]
  return createHash('sha256').update(parts.join('\n'), 'utf8').digest('base64url')
}
