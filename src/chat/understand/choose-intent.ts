import type { Safety } from '../safety/check-safety.ts'
import type { Act } from '../safety/read-act.ts'
import { findIdeas } from './find-ideas.ts'
import type { Guesses } from './guesses.ts'
import { hasAddress, namesSite } from './tidy-text.ts'
import { type Guess, type Intent, type Understood, questions } from './understood.ts'

/** Intents that words of danger can mean; anything else that is said beside them comes after the danger. */
const dangers: readonly Intent[] = [
  'freeze_card', 'lost_or_stolen_card', 'report_fraud', 'dispute_transaction', 'cash_withdrawal_problem',
] // prettier-ignore

/** The act behind an intent: it is never done for somebody who names it in order not to have it done. */
const actOf: { readonly [Name in Intent]?: Act } = {
  freeze_card: 'freeze',
  unfreeze_card: 'unfreeze',
  stop_sharing: 'stop',
  stop_alerts: 'stop',
  erase_me: 'erase',
  report_fraud: 'report',
  dispute_transaction: 'report',
  pay_bill: 'pay',
}

// Two readings this close are asked about, unless the first is sure; an act must be surer than a question.
const sureFrom = 0.6
const actFrom = 0.75
const likelyFrom = 0.5
const closeWithin = 0.5
/** Danger that is a second reading of what otherwise means nothing here: rather helped once too often. */
const dangerFrom = 0.2
/** As sure as this, another question is asked by somebody who merely speaks of what happened. */
const otherFrom = 0.8

export type Chosen = Pick<Understood, 'intent' | 'confidence' | 'second' | 'negated'> & { readonly priority: boolean }

/** Which intent is meant, by the model's guesses and by what was found before them. */
export function chooseIntent(guesses: Guesses, safety: Safety, text: string): Chosen {
  const chosen = chooseMeant(guesses, safety, text)
  return safety.priority === undefined || !chosen.priority ? withoutUnwanted(chosen, safety) : chosen
}

function chooseMeant(guesses: Guesses, safety: Safety, text: string): Chosen {
  const { best, second } = guesses
  if (safety.priority !== undefined) return inDanger(guesses, safety.priority)
  // Orders to a machine are no question; there is nothing that they could be given to.
  if (safety.injection) return { intent: 'out_of_scope', confidence: best.confidence, priority: false }
  // An address in a message is never opened: what is asked is whether it is ours.
  const mayBeShop = isQuestion(best.intent) && best.confidence >= otherFrom
  if ((hasAddress(text) || (namesSite(text) && !mayBeShop)) && best.intent !== 'report_fraud') {
    return { intent: 'is_this_you', confidence: best.confidence, priority: false }
  }
  if (guesses.outOfScope) return outOfScope(guesses, safety)
  const isAct = actOf[best.intent] !== undefined
  // Not even more likely than not: nothing is done, and it is offered.
  if (isAct && best.confidence < likelyFrom && !urgent.includes(best.intent)) {
    return { intent: 'out_of_scope', confidence: 1 - best.confidence, second: best, priority: false }
  }
  // Somebody close, and not surely what: nothing is looked up, and a person has to hear it.
  if (safety.other === 'kin' && best.confidence < sureFrom) {
    return { intent: 'balance', confidence: best.confidence, priority: false }
  }
  // "Show the figures here without a passkey" is about what is shown, not about a lost passkey.
  if (best.intent === 'recover_passkey' && findIdeas(text).has('exact', 'numbers')) {
    return { intent: 'change_disclosure', confidence: best.confidence, priority: false }
  }
  const isClose =
    second !== undefined &&
    best.confidence < (isAct ? actFrom : sureFrom) &&
    second.confidence > best.confidence * (1 - closeWithin)
  return { ...best, ...(isClose ? { second } : {}), priority: false }
}

function outOfScope({ best, second }: Guesses, safety: Safety): Chosen {
  if (second !== undefined && urgent.includes(second.intent) && second.confidence >= dangerFrom) {
    return { ...second, priority: false }
  }
  // About the money of somebody close: refused like any such question, and a person hears it.
  if (safety.other === 'kin') return { intent: 'balance', confidence: best.confidence, priority: false }
  return { ...best, intent: 'out_of_scope', priority: false }
}

/** "Don't freeze it" is no freeze, nor is "is it frozen?". */
function withoutUnwanted(chosen: Chosen, safety: Safety): Chosen {
  const { intent, confidence } = chosen
  const vague = intent === 'out_of_scope' || intent === 'confirm_yes' || intent === 'confirm_no'
  const act = actOf[intent]
  const reading = act === undefined ? undefined : safety.reads(act)
  if (reading === 'negated' || (safety.negated && (vague || act !== undefined))) {
    return { intent: 'confirm_no', confidence, negated: true, priority: false }
  }
  // What was done already is no order to do it again: it is offered.
  if (reading === 'past' && act !== undefined && doneOnce.includes(act)) {
    return { intent: 'out_of_scope', confidence: 1 - confidence, second: { intent, confidence }, priority: false }
  }
  const asked = cardActs.some((each) => safety.reads(each) === 'status')
  if (asked && (vague || act === 'freeze' || act === 'unfreeze')) {
    return { intent: 'card_status', confidence, priority: false }
  }
  return reading === 'conditional' ? { intent: 'help', confidence, priority: false } : chosen
}

const cardActs = ['freeze', 'unfreeze'] as const satisfies readonly Act[]
const doneOnce: readonly Act[] = ['freeze', 'unfreeze', 'stop', 'erase']
const urgent: readonly Intent[] = ['lost_or_stolen_card', 'report_fraud']

/** No act but undoing a freeze comes before the help: "someone stole my card, delete everything". */
function comesFirst({ intent, confidence }: Guess): boolean {
  if (intent === 'unfreeze_card') return confidence >= likelyFrom
  return confidence >= otherFrom && intent !== 'talk_to_person' && actOf[intent] === undefined
}

function isQuestion(intent: Intent): boolean {
  return questions.some((name) => name === intent)
}

function inDanger(guesses: Guesses, kind: 'card' | 'fraud' | 'scam'): Guess & { readonly priority: boolean } {
  const { best, second } = guesses
  if (dangers.includes(best.intent)) return { ...best, priority: true }
  // Surely another question that merely speaks of what happened: "how long does the replacement for my stolen card take?"
  if (!guesses.outOfScope && comesFirst(best)) return { ...best, priority: false }
  if (second !== undefined && dangers.includes(second.intent)) return { ...second, priority: true }
  return {
    intent: kind === 'card' ? 'lost_or_stolen_card' : 'report_fraud',
    confidence: best.confidence,
    priority: true,
  }
}
