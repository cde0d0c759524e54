import type { Plan } from '../plan.ts'

/** A wish for a person is always understood; what is there at this moment is said as it is. */
export function planTalkToPerson(): Plan {
  return { do: 'say', words: ['person.now'], choices: ['balance', 'help'] }
}
