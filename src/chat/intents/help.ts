import { type Plan, type PlanInput, sharesAnything } from '../plan.ts'

/** What this can do, and that "stop" always works. */
export function planHelp({ sharing }: PlanInput): Plan {
  return sharesAnything(sharing)
    ? { do: 'say', words: ['help.linked', 'help.more'], choices: ['balance', 'changeDisclosure', 'talkToPerson'] }
    : { do: 'say', words: ['help.new'], choices: ['linkBank', 'talkToPerson'] }
}
