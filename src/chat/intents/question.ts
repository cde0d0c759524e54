import { type AnswerQuestion, answerRules } from '../../answers/index.ts'
import { type Plan, type PlanInput, banksFor, sharesAnything } from '../plan.ts'

/**
 * A question that the bank's data answers. Without leave to ask a bank, or for that kind of data, the question is kept, sealed, and
 * leave is asked for.
 */
export function planQuestion(
  { understood, sharing }: PlanInput,
  question: AnswerQuestion,
  options: { readonly person?: boolean } = {},
): Plan {
  if (understood.other !== undefined) return planOtherPerson(understood.other)
  const classes = answerRules.neededClasses(question)
  const [first] = classes
  const institutions = banksFor(sharing, first)
  if (institutions.length > 0) {
    return { do: 'ask', question, institutions, slots: understood.slots, ...options }
  }
  // The grants are there and suspended: linking again would change nothing.
  if (sharing.cutOff !== undefined) return { do: 'say-cut-off', cutOff: sharing.cutOff }
  const keep = { intent: understood.intent, slots: understood.slots }
  return sharesAnything(sharing)
    ? { do: 'offer-link', purpose: 'change', words: 'leave.missing', classes: [first], keep }
    : { do: 'offer-link', purpose: 'link', words: 'link.offer_question', keep }
}

/** Nobody is looked up by name: the same words whether there is such a person or not. Close ones may have a reason that staff must hear. */
export function planOtherPerson(other: 'kin' | 'stranger'): Plan {
  return other === 'kin'
    ? { do: 'person', because: 'another-person', words: 'other.refused' }
    : { do: 'say', words: ['other.refused'], choices: ['balance', 'talkToPerson'] }
}
