import type { Plan, PlanInput } from '../plan.ts'
import type { WordKey } from '../word-keys.ts'

/** What only a person at the bank can do: the question goes to one, as it was written. */
export function planHandOver(_input: PlanInput, words: WordKey): Plan {
  return { do: 'person', because: 'cannot-do', words }
}

/** A wish for a person is always understood. */
export function planTalkToPerson({ understood }: PlanInput): Plan {
  return { do: 'person', because: understood.other === undefined ? 'asked' : 'another-person' }
}
