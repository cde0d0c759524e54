import type { Plan, PlanInput } from '../plan.ts'

/** What this can do, and that "stop" always works. */
export function planHelp({ sharing }: PlanInput): Plan {
  return sharing.institutions.length === 0
    ? { do: 'say', words: ['help.new'], choices: ['linkBank', 'talkToPerson'] }
    : { do: 'say', words: ['help.linked'], choices: ['balance', 'changeDisclosure', 'talkToPerson'] }
}
