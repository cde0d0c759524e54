import type { Plan, PlanInput } from '../plan.ts'

/** After so many messages in a row that were not understood, a person is offered first. */
const missesMax = 2

/** What this does not do: says what it does. */
export function planOutOfScope({ misses }: PlanInput): Plan {
  if (misses + 1 >= missesMax) {
    return { do: 'say', words: ['out_of_scope.again'], choices: ['talkToPerson', 'balance', 'help'], missed: true }
  }
  return { do: 'say', words: ['out_of_scope'], choices: ['balance', 'linkBank', 'talkToPerson'], missed: true }
}
