import type { Language } from '../../channels/index.ts'
import { isAtDistance, isElsewhere } from './at-distance.ts'
import { saysCrisis } from './crisis.ts'
import { type Danger, findDanger } from './danger.ts'
import { isStillAmiss, leavesDoubt, withoutDenied, withoutSearch } from './denied-danger.ts'
import { saysOrders } from './injection.ts'
import { asksOfKin, findOther, isSomeonesData } from './other-people.ts'
import { plainText } from './plain-text.ts'
import { type Act, type ActReading, acts, readAct, saysEnd } from './read-act.ts'

/** What must be known of a text before anybody asks what it means. */
export type Safety = {
  /** Somebody may be in danger of life: words for that and a person at once, and nothing else. */
  readonly crisis: boolean
  /** A card that is gone, somebody who uses one or an account, somebody who talks a person out of codes. */
  readonly priority: Danger | undefined
  /** The danger is asked about, imagined, denied or over: help is offered and not begun. */
  readonly atDistance: boolean
  /** The only danger that is named is denied, and nothing leaves it open: "nobody stole my card". */
  readonly denied: boolean
  /** Some word says that something is to end. */
  readonly ends: boolean
  /** What is lost, hacked, deleted or stopped is a thing that no bank has to do with, such as a bicycle or an e-mail account. */
  readonly elsewhere: boolean
  /** An act is named in order not to have it done, and none is asked for beside it. */
  readonly negated: boolean
  /** It is about somebody else: nothing of them is looked up or changed. `kin`: somebody close. */
  readonly other: 'kin' | 'stranger' | undefined
  /** What somebody close has is asked, and nothing else that matters more. */
  readonly asksOfKin: boolean
  /** What is to be deleted is somebody else's. */
  readonly someones: boolean
  /** Orders to a machine, markup, code: plain text like any other. */
  readonly injection: boolean
  /** How an act stands in the text: wanted, not wanted, asked about, weighed, done already, or not named. */
  readonly reads: (act: Act) => ActReading
}

/**
 * Reads a text (masked already) for danger, in five languages at once: who is frightened mixes them, so the language that was understood before is
 * not needed and changes nothing. Danger is rather seen once too often. Pure; at most 4,000 characters are read.
 */
export function checkSafety(text: string, _language?: Language): Safety {
  const plain = withoutSearch(plainText(text))
  const reads = (act: Act): ActReading => readAct(plain, act)
  const readings = acts.map(reads)
  return {
    crisis: saysCrisis(plain),
    ...findNear(plain, text.includes('?') || reads('freeze') === 'wanted' || reads('report') === 'wanted'),
    ends: saysEnd(plain),
    elsewhere: isElsewhere(plain),
    negated: readings.includes('negated') && !readings.includes('wanted'),
    other: findOther(plain),
    asksOfKin: asksOfKin(plain),
    someones: isSomeonesData(plain),
    injection: saysOrders(text, plain),
    reads,
  }
}

/** The danger that is left when what is denied is taken out; and how near it is. */
function findNear(plain: string, isAsked: boolean): Pick<Safety, 'priority' | 'atDistance' | 'denied'> {
  const rest = withoutDenied(plain)
  if (rest === plain) return { priority: findDanger(plain), atDistance: isAtDistance(plain), denied: false }
  // "My card was not lost, it was stolen."
  const left = findDanger(rest) ?? (isStillAmiss(rest) && !isElsewhere(rest) ? 'card' : undefined)
  if (left !== undefined) return { priority: left, atDistance: isAtDistance(rest), denied: false }
  return isAsked || leavesDoubt(rest)
    ? { priority: findDanger(plain), atDistance: true, denied: false }
    : { priority: undefined, atDistance: true, denied: true }
}
