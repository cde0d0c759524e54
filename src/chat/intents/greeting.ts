import { type Plan, type PlanInput, sharesAnything } from '../plan.ts'

/** Hello: says that this is automated, what it is for, and the next step. */
export function planGreeting({ sharing, last }: PlanInput): Plan {
  // "Hello?" of somebody who waits for a person is meant for that person.
  if (last === 'talk_to_person') return { do: 'person', because: 'not-understood' }
  return sharesAnything(sharing)
    ? { do: 'say', words: ['greeting.linked'], choices: ['balance', 'billDueDate', 'help'] }
    : { do: 'say', words: ['greeting.new'], choices: ['balance', 'linkBank', 'help'] }
}
