import type { Plan, PlanInput } from '../plan.ts'

/** After so many messages in a row that were not understood, a person is offered first. */
const missesMax = 2

/** What this does not do: says what it does. */
export function planOutOfScope({ misses, hid, last }: PlanInput): Plan {
  // A secret that stands in a chat may have been seen: a card can be frozen before anything else.
  if (hid === true) return { do: 'say', words: ['hid.next'], choices: ['freezeCard', 'talkToPerson', 'help'] }
  // Whoever was promised a person and goes on telling speaks to that person.
  if (last === 'talk_to_person') return { do: 'person', because: 'not-understood' }
  if (misses + 1 >= missesMax) {
    const choices = ['talkToPerson', 'balance', 'help'] as const
    return { do: 'say', words: ['out_of_scope.again'], choices, missed: true, opens: 'person' }
  }
  return { do: 'say', words: ['out_of_scope'], choices: ['balance', 'freezeCard', 'talkToPerson'], missed: true }
}
