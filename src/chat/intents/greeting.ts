import { type Plan, type PlanInput, sharesAnything } from '../plan.ts'

/** Hello: says that this is automated, what it is for, and the next step. */
export function planGreeting({ sharing }: PlanInput): Plan {
  return sharesAnything(sharing)
    ? { do: 'say', words: ['greeting.linked'], choices: ['balance', 'billDueDate', 'help'] }
    : { do: 'say', words: ['greeting.new'], choices: ['balance', 'linkBank', 'help'] }
}
