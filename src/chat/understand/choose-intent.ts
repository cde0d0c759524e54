import type { Safety } from '../safety/check-safety.ts'
import type { Act } from '../safety/read-act.ts'
import { actOf, dangers, urgent } from './acts.ts'
import type { Chosen } from './chosen.ts'
import { findIdeas } from './find-ideas.ts'
import type { Guesses } from './guesses.ts'
import { meetDanger } from './meet-danger.ts'
import { dangerBeside, dangerNear, inHurry } from './near-danger.ts'
import { offerBeside } from './offer-beside.ts'
import { hasAddress, namesSite } from './tidy-text.ts'
import { type Intent, questions } from './understood.ts'

// Two readings of a question this close are asked about, unless the first is sure.
const sureFrom = 0.6
const closeWithin = 0.5
/** As sure as this, a question that names a site is about a shop and not about us. */
const shopFrom = 0.8

// An act is done from here on, and offered below: chosen on phrases held out from training, where what is offered costs a tap and what is done
// wrongly costs a card.
/** Where the words themselves order it: "freeze my card". */
const orderedFrom = 0.6
/** Where the model alone says so. */
const actFrom = 0.88
/** Help for a card or money in danger, without words that say so. */
const helpFrom = 0.85
/** Below this an act is not even likely: it is offered beside help. */
const likelyFrom = 0.4
/** Who is in danger types less than this many characters. */
const typedMax = 1_500
/** Of so few words less than this is no reading at all ("now what"): nothing is looked up for it. */
const fewWordsMax = 3
const readFrom = 0.25
/** As likely as this, danger is not undone by a "not" that belongs to something else ("my phone does not stop ringing"). */
const toldFrom = 0.5

/** Which intent is meant, by the model's guesses and by what was found before them. */
export function chooseIntent(guesses: Guesses, safety: Safety, text: string): Chosen {
  if (safety.priority !== undefined) {
    const chosen = meetDanger(guesses, safety.priority, safety, isPaste(text))
    const act = actOf[chosen.intent]
    // "I want the hold taken off my card" has words of danger, and orders the opposite of a freeze.
    if (act !== undefined && contradicts(act, safety)) {
      return { ...chosen, second: offerBeside(guesses, chosen.intent) }
    }
    return chosen.priority ? chosen : withoutUnwanted(chosen, safety)
  }
  const meant = withoutDoubtful(chooseMeant(guesses, safety, text), guesses, safety, text)
  const chosen = withoutUnwanted(inHurry(meant, guesses), safety)
  // "Nobody stole my card": nothing is done, and that is said.
  const isDenied =
    safety.denied && [chosen.intent, chosen.second?.intent].some((one) => one !== undefined && dangers.includes(one))
  return isDenied ? { intent: 'confirm_no', confidence: chosen.confidence, negated: true, priority: false } : chosen
}

function chooseMeant(guesses: Guesses, safety: Safety, text: string): Chosen {
  const { best, second } = guesses
  // Orders to a machine are no question; there is nothing that they could be given to.
  if (safety.injection) return { intent: 'out_of_scope', confidence: best.confidence, priority: false }
  // An address in a message is never opened: what is asked is whether it is ours.
  const mayBeShop = isQuestion(best.intent) && best.confidence >= shopFrom
  if ((hasAddress(text) || (namesSite(text) && !mayBeShop)) && best.intent !== 'report_fraud') {
    return { intent: 'is_this_you', confidence: best.confidence, priority: false }
  }
  if (safety.asksOfKin) return ofKin(guesses)
  if (guesses.outOfScope || isUnread(best, text)) return outOfScope(guesses, safety, text)
  // Somebody close, and not surely what.
  if (safety.other === 'kin' && best.confidence < sureFrom) return ofKin(guesses)
  // "Show the figures here without a passkey" is about what is shown, not about a lost passkey.
  if (best.intent === 'recover_passkey' && findIdeas(text).has('exact', 'numbers')) {
    return { intent: 'change_disclosure', confidence: best.confidence, priority: false }
  }
  const isClose =
    second !== undefined && best.confidence < sureFrom && second.confidence > best.confidence * (1 - closeWithin)
  // Of two that are close, danger is named first; and so is one that is not close where nothing else is sure.
  const beside = safety.denied ? undefined : dangerBeside(guesses)
  const danger = isClose && urgent.includes(second.intent) ? second : beside
  if (danger !== undefined) return { ...danger, second: best, priority: false }
  return { ...best, ...(isClose ? { second } : {}), priority: false }
}

/** More than anybody types in danger: what is named in it in passing is hardly meant. */
function isPaste(text: string): boolean {
  return text.length > typedMax
}

function isUnread({ confidence }: Guesses['best'], text: string): boolean {
  return confidence < readFrom && text.trim().split(/\s+/u).length <= fewWordsMax
}

function outOfScope(guesses: Guesses, safety: Safety, text: string): Chosen {
  const danger = dangerNear(guesses, safety.other !== undefined || safety.elsewhere)
  // A card number that was hidden has an answer of its own.
  if (danger !== undefined && !text.includes('•')) {
    return { ...danger, second: offerBeside(guesses, danger.intent), priority: false }
  }
  if (safety.other === 'kin') return ofKin(guesses)
  return { ...guesses.best, intent: 'out_of_scope', priority: false }
}

/** About the money of somebody close: nothing is looked up; it is refused like any such question, and a person hears it. */
function ofKin({ best }: Guesses): Chosen {
  return { intent: 'balance', confidence: best.confidence, priority: false }
}

/** An act that is not sure enough to be done is offered, beside what else may be meant. */
function withoutDoubtful(chosen: Chosen, guesses: Guesses, safety: Safety, text: string): Chosen {
  const { intent, confidence } = chosen
  if (actOf[intent] === undefined && !urgent.includes(intent)) return chosen
  // Danger that is not even likely is offered help too; but a paste that people do not type has to be sure.
  const pasted = isPaste(text)
  if (confidence < (pasted ? sureFrom : likelyFrom) && (pasted || !urgent.includes(intent))) {
    return { intent: 'out_of_scope', confidence: 1 - confidence, second: { intent, confidence }, priority: false }
  }
  const { second: _, ...sure } = chosen
  const isFar = safety.elsewhere || (safety.atDistance && urgent.includes(intent))
  const isSure = !isFar && confidence >= doneFrom(intent, safety)
  return isSure ? sure : { ...chosen, second: offerBeside(guesses, intent) }
}

/** From which confidence an act is done. Never where the words order the opposite, or nothing of what is shared is said to end. */
function doneFrom(intent: Intent, safety: Safety): number {
  const act = actOf[intent]
  if (act === undefined || urgent.includes(intent)) return helpFrom
  if (contradicts(act, safety) || (intent === 'stop_sharing' && !safety.ends)) return Infinity
  // Asked whether it is done; or what is to be deleted is somebody else's.
  if (safety.reads(act) === 'status' || (intent === 'erase_me' && (safety.someones || safety.other !== undefined)))
    return Infinity
  return safety.reads(act) === 'wanted' || (intent === 'stop_sharing' && safety.ends) ? orderedFrom : actFrom
}

/** The words order the opposite of what the model says: "lift the block" is no block. */
function contradicts(act: Act, safety: Safety): boolean {
  const opposite = act === 'freeze' ? 'unfreeze' : act === 'unfreeze' ? 'freeze' : undefined
  return opposite !== undefined && safety.reads(opposite) === 'wanted' && safety.reads(act) !== 'wanted'
}

/** "Don't freeze it" is no freeze, nor is "is it frozen?". */
function withoutUnwanted(chosen: Chosen, safety: Safety): Chosen {
  const { intent, confidence } = chosen
  const vague = intent === 'out_of_scope' || intent === 'confirm_yes' || intent === 'confirm_no'
  const act = actOf[intent]
  const reading = act === undefined ? undefined : safety.reads(act)
  const isNegated = reading === 'negated' || safety.negated
  if (isNegated && urgent.includes(intent) && confidence >= toldFrom) {
    return { ...chosen, second: chosen.second ?? { intent: 'help', confidence: 0 } }
  }
  if (reading === 'negated' || (safety.negated && (vague || act !== undefined))) {
    return { intent: 'confirm_no', confidence, negated: true, priority: false }
  }
  // What was done already is no order to do it again: it is offered.
  if (reading === 'past' && act !== undefined && doneOnce.includes(act)) {
    return { intent: 'out_of_scope', confidence: 1 - confidence, second: { intent, confidence }, priority: false }
  }
  const asked = cardActs.some((each) => safety.reads(each) === 'status')
  if (asked && !safety.elsewhere && (vague || act === 'freeze' || act === 'unfreeze')) {
    return { intent: 'card_status', confidence, priority: false }
  }
  return reading === 'conditional' ? { intent: 'help', confidence, priority: false } : chosen
}

const cardActs = ['freeze', 'unfreeze'] as const satisfies readonly Act[]
const doneOnce: readonly Act[] = ['freeze', 'unfreeze', 'stop', 'erase']

function isQuestion(intent: Intent): boolean {
  return questions.some((name) => name === intent)
}
