import type { Plan, PlanInput } from '../plan.ts'

/** Hello: says that this is automated, what it is for, and the next step. */
export function planGreeting({ sharing }: PlanInput): Plan {
  return sharing.institutions.length === 0
    ? { do: 'say', words: ['greeting.new'], choices: ['balance', 'linkBank', 'help'] }
    : { do: 'say', words: ['greeting.linked'], choices: ['balance', 'help'] }
}
