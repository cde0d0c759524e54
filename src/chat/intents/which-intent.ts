import { type Choice, choiceOf } from '../choices.ts'
import type { Plan, PlanInput } from '../plan.ts'
import { planOutOfScope } from './out-of-scope.ts'

/** Below this an act is offered only because nothing else is meant; where a person was promised, that person hears it instead. */
const offeredFrom = 0.05

/**
 * Two readings so close that it is asked which one is meant, or one act that is not even likely: it is offered. Undefined where one of them
 * is nothing to pick from a list.
 */
export function planWhich(input: PlanInput): Plan | undefined {
  const { intent, second, slots, confidence } = input.understood
  if (second === undefined) return undefined
  if (input.last === 'talk_to_person' && intent !== 'out_of_scope' && confidence < offeredFrom)
    return planOutOfScope(input)
  const other = choiceOf(second.intent)
  const one: Choice | undefined = intent === 'out_of_scope' ? 'help' : choiceOf(intent)
  if (one === undefined || other === undefined) return undefined
  const between = intent === 'out_of_scope' ? ([other, one] as const) : ([one, other] as const)
  return { do: 'which', between, asked: { intent, slots } }
}
