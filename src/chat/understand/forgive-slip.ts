import { findSlots } from '../slots/find-slots.ts'
import { toInstant } from '../../kernel/index.ts'
import { findIdeas } from './find-ideas.ts'
import type { Guesses } from './guesses.ts'
import { wordsOf } from './words-of.ts'

/** Longer texts have other words that tell. */
const wordsMax = 7
const angryWordsMax = 12

// A finger beside "bal", the shortest way to ask for it (Eno's customers wrote both).
const bareBalance = new Set(['bal', 'val', 'bl', 'blnc'])

// "Where is my money" in anger says no more than that something has not come.
const where = /(?<!\p{L})(?:where|wheres|d[oó]nde|o[uù]|wo|onde|cad[eê])(?!\p{L})/iu
const money =
  /(?<!\p{L})(?:money|transfer|cash|dinero|plata|transferencia|argent|virement|geld|[üu]berweisung|dinheiro|transfer[eê]ncia|pix)(?!\p{L})/iu

/**
 * What the model sees nothing in, and people write all the same: "my balence", "val", "what's in the joint one", "where is my money". Only
 * questions come of it, never an act.
 */
export function forgiveSlip(guesses: Guesses, text: string): Guesses {
  if (!guesses.outOfScope) return guesses
  const words = wordsOf(text)
  if (words.length <= angryWordsMax && where.test(text) && money.test(text))
    return asQuestion(guesses, 'transfer_problem', 0.6)
  if (words.length > wordsMax) return guesses
  if (words.length === 1 && bareBalance.has(words[0] ?? '')) return asQuestion(guesses, 'balance', 0.7)
  const ideas = findIdeas(text)
  if (ideas.has('balance') && !ideas.has('spend'))
    return asQuestion(guesses, 'balance', 0.7 * ideas.sureness('balance'))
  if (guesses.second?.intent === 'balance' && namesAccount(text)) return asQuestion(guesses, 'balance', 0.6)
  return guesses
}

function namesAccount(text: string): boolean {
  return findSlots(text, { now: toInstant(0), timeZone: 'UTC' }).account !== undefined
}

function asQuestion(guesses: Guesses, intent: 'balance' | 'transfer_problem', confidence: number): Guesses {
  return { ...guesses, best: { intent, confidence }, second: undefined, ranking: [], outOfScope: false }
}
