import type { Guesses } from './guesses.ts'
import { type Intent, type QuestionIntent, questions } from './understood.ts'

/** Acts that come before any question in the same message. */
const first: readonly Intent[] = ['freeze_card', 'lost_or_stolen_card', 'report_fraud', 'stop_sharing']

const joints = /(?:\s*[.;,!?\n]+\s*)?\s(?:and|then|also|plus|y|et|und|e|puis|luego|dann|depois)\s+|\s*[.;!?\n]+\s*/iu

/** Each part must be this sure by itself. */
const sureFrom = 0.6
const wordsMin = 2

/** A part of a message and what it was read as. */
export type Wish<Name extends Intent> = { readonly intent: Name; readonly confidence: number; readonly text: string }

/**
 * Two wishes in one message, such as "what's my balance and freeze my visa": the protective one first, then the question. Undefined where
 * there is one wish.
 */
export function splitWishes(
  text: string,
  classify: (part: string) => Guesses,
): { readonly act: Wish<Intent>; readonly question: Wish<QuestionIntent> } | undefined {
  const parts = text.split(joints).filter((part) => part.trim().split(/\s+/).length >= wordsMin)
  if (parts.length !== 2) return undefined
  const read = parts.map((part) => ({ part, guesses: classify(part) })).filter(({ guesses }) => isSure(guesses))
  const act = read.find(({ guesses }) => first.includes(guesses.best.intent))
  for (const { part, guesses } of read) {
    const question = questions.find((name) => name === guesses.best.intent)
    if (act === undefined || question === undefined) continue
    return {
      act: { ...act.guesses.best, text: act.part },
      question: { intent: question, confidence: guesses.best.confidence, text: part },
    }
  }
  return undefined
}

function isSure({ outOfScope, best }: Guesses): boolean {
  return !outOfScope && best.confidence >= sureFrom
}
