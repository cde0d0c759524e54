import type { Safety } from '../safety/check-safety.ts'
import type { Danger } from '../safety/danger.ts'
import { actOf, dangers, urgent } from './acts.ts'
import type { Chosen } from './chosen.ts'
import type { Guesses } from './guesses.ts'
import { offerBeside } from './offer-beside.ts'
import type { Guess, Intent } from './understood.ts'

// Found on phrases that were held out from training; see docs/language.md.
/** Words of danger alone are enough when the model thinks of danger at all with this share. */
const dangerFrom = 0.35
/** So little is enough to offer help beside what is surely asked. */
const hintFrom = 0.03
/** The words for a lost card ("left", "took") are said of much else. */
const lostFrom = 0.05
/** As sure as this, another question is asked by somebody who merely speaks of what happened. */
const otherFrom = 0.8
/** A freeze is undone, whatever was lost before, when it is likelier than not. */
const likelyFrom = 0.5
/** Below this, what the words of danger name (a card, fraud) says more than which of the two the model prefers. */
const kindFrom = 0.45

/** Of a paste, longer than people in danger type, all of it has to speak of the danger. */
const pastedFrom = 0.85

/** What is meant by somebody whose words speak of danger: help, unless they surely ask something else; where it is doubtful, both are offered. */
export function meetDanger(guesses: Guesses, kind: Danger, safety: Safety, isPaste: boolean): Chosen {
  const { best, outOfScope } = guesses
  const help = helpFor(guesses, kind)
  const share = dangerShare(guesses)
  if (isAfar(safety) || (isPaste && share < pastedFrom)) return fromAfar(guesses, help)
  if (dangers.includes(best.intent) && share >= dangerFrom) return { ...help, priority: true }
  if (!outOfScope && comesFirst(best)) {
    if (share < (kind === 'card' ? lostFrom : hintFrom)) return { ...best, priority: false }
    // "I told a caller my pin" is no question about a PIN.
    return best.intent === 'unfreeze_card'
      ? { ...best, second: help, priority: true }
      : { ...help, second: best, priority: true }
  }
  if (share >= dangerFrom) return { ...help, priority: true }
  return { ...help, second: offerBeside(guesses, help.intent), priority: true }
}

/** "Is the stolen card blocked?", "what if my card is stolen", "it was not stolen after all". */
function isAfar({ atDistance, elsewhere, reads }: Safety): boolean {
  return (
    atDistance ||
    elsewhere ||
    reads('freeze') === 'status' ||
    reads('cancel') === 'status' ||
    reads('report') === 'status'
  )
}

/** What is asked is answered when it is likely; the help is offered and not begun. */
function fromAfar(guesses: Guesses, help: Guess): Chosen {
  const { best, outOfScope } = guesses
  if (dangers.includes(best.intent) || outOfScope) {
    return { ...help, second: offerBeside(guesses, help.intent), priority: true }
  }
  if (best.confidence >= otherFrom) return { ...best, priority: false }
  return best.confidence >= likelyFrom
    ? { ...best, second: help, priority: true }
    : { ...help, second: offerBeside(guesses, help.intent), priority: true }
}

/** How likely it is, in all, that a card or money is in danger; or one of some dangers alone. */
export function dangerShare({ ranking = [] }: Guesses, of = dangers): number {
  return ranking.reduce((sum, { intent, confidence }) => sum + (of.includes(intent) ? confidence : 0), 0)
}

/** The likeliest danger; between a lost card and fraud the words that were found decide, unless the model is surer. */
function helpFor({ best, second }: Guesses, kind: Danger): Guess {
  const named: Intent = kind === 'card' ? 'lost_or_stolen_card' : 'report_fraud'
  const likely = [best, second].find((guess) => guess !== undefined && dangers.includes(guess.intent))
  const isOpen = likely === undefined || (urgent.includes(likely.intent) && likely.confidence < kindFrom)
  return isOpen ? { intent: named, confidence: likely?.confidence ?? best.confidence } : likely
}

/** No act but undoing a freeze comes before the help: "someone stole my card, delete everything". */
function comesFirst({ intent, confidence }: Guess): boolean {
  if (intent === 'unfreeze_card') return confidence >= likelyFrom
  return confidence >= otherFrom && !beside.includes(intent) && actOf[intent] === undefined
}

/** Said beside a danger, never instead of it. */
const beside: readonly Intent[] = ['talk_to_person', 'confirm_no', 'confirm_yes', 'greeting', 'thanks']
