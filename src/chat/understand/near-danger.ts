import { actOf, urgent } from './acts.ts'
import type { Chosen } from './chosen.ts'
import type { Guesses } from './guesses.ts'
import { dangerShare } from './meet-danger.ts'
import type { Guess } from './understood.ts'

// A danger that no word names, and the model thinks of a little: it is offered. Found on phrases that were held out from training; see
// docs/language.md.
/** From here on a dispute may well be fraud. */
const hurryFrom = 0.1
/** So much danger in what otherwise means nothing here: rather offered help once too often. */
const dangerFrom = 0.15
/** With less than this of a lost card and fraud, it is a payment that is disputed, and no more. */
const hintFrom = 0.02
/** So much of a lost card and fraud alone: what means nothing else is seldom so near to them by chance. */
const urgentFrom = 0.03
/** So much of them beside a question that is not sure. */
const besideFrom = 0.1
/** As sure as this, what is asked is asked. */
const askedFrom = 0.8

/** A dispute that may well be fraud overtakes, and help is offered beside it. */
export function inHurry(chosen: Chosen, { ranking = [] }: Guesses): Chosen {
  const danger = ranking.find(({ intent, confidence }) => urgent.includes(intent) && confidence >= hurryFrom)
  if (chosen.intent !== 'dispute_transaction' || danger === undefined) return chosen
  return { ...chosen, second: danger, priority: true }
}

/** The danger that a text which means nothing else is near to; what is about somebody else, or a thing of another world, has to be nearer. */
export function dangerNear(guesses: Guesses, isOthers: boolean): Guess | undefined {
  const ofUrgent = dangerShare(guesses, urgent)
  const isNear = (dangerShare(guesses) >= dangerFrom && ofUrgent >= hintFrom) || (!isOthers && ofUrgent >= urgentFrom)
  return isNear ? likeliest(guesses) : undefined
}

/** The danger that may be meant instead of a question that is not sure: it is named first, and the question beside it. */
export function dangerBeside(guesses: Guesses): Guess | undefined {
  const { intent, confidence } = guesses.best
  // An act that is not sure is offered anyway.
  if (confidence >= askedFrom || urgent.includes(intent) || actOf[intent] !== undefined) return undefined
  return dangerShare(guesses, urgent) >= besideFrom ? likeliest(guesses) : undefined
}

function likeliest({ ranking = [] }: Guesses): Guess | undefined {
  return ranking.find(({ intent }) => urgent.includes(intent))
}
