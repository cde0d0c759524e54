import { type Plan, type PlanInput, sharesAnything } from '../plan.ts'

/** From here on the words surely ask what this can do: "what can you do", and hardly "I don't know what to do". */
const surely = 0.9

/** What this can do, and that "stop" always works. */
export function planHelp({ sharing, last, understood }: PlanInput): Plan {
  // "What happens now?" of somebody who was promised a person is meant for that person.
  if (last === 'talk_to_person' && understood.confidence < surely) return { do: 'person', because: 'not-understood' }
  return sharesAnything(sharing)
    ? { do: 'say', words: ['help.linked', 'help.more'], choices: ['balance', 'changeDisclosure', 'talkToPerson'] }
    : { do: 'say', words: ['help.new'], choices: ['linkBank', 'talkToPerson'] }
}
