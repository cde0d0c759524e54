import { unreachable } from '../../kernel/index.ts'
import type { Plan, PlanInput } from '../plan.ts'
import { planFreezeAll } from './freeze-card.ts'

/** "Yes": does what the one open question offered, and nothing where none is open, several are, or its time is over. */
export function planConfirmYes(input: PlanInput): Plan {
  const { answers } = input.understood
  switch (answers) {
    case undefined:
      return nothingBound
    case 'freeze_all':
      return planFreezeAll(input)
    case 'freeze_which':
      return { do: 'say', words: ['freeze.say_which'], choices: ['freezeAll', 'talkToPerson'], opens: 'freeze_which' }
    case 'person':
      return { do: 'person', because: 'asked' }
    case 'which_intent':
    case 'erase':
    case 'was_it_you':
      return nothingBound
    default:
      return unreachable(answers)
  }
}

const nothingBound: Plan = {
  do: 'say',
  words: ['answer_unclear'],
  choices: ['freezeCard', 'balance', 'talkToPerson'],
}

/** An answer that says two things: nothing is done, and it is asked what was meant. */
export function planUnclear(): Plan {
  return nothingBound
}

/** "No", or an act that was named in order not to be done: nothing is done, and that is said. */
export function planConfirmNo({ understood }: PlanInput): Plan {
  if (understood.negated === true) {
    return { do: 'say', words: ['not_done'], choices: ['cardStatus', 'help'] }
  }
  if (understood.answers === 'person') return { do: 'cancel-person' }
  return understood.answers === undefined
    ? { do: 'say', words: ['no_open'], choices: ['help', 'talkToPerson'] }
    : { do: 'say', words: ['left_alone'], choices: ['balance', 'help'] }
}
