import { type Choice, choiceOf } from '../choices.ts'
import type { Plan, PlanInput } from '../plan.ts'

/**
 * Two readings so close that it is asked which one is meant, or one act that is not even likely: it is offered. Undefined where one of them
 * is nothing to pick from a list.
 */
export function planWhich({ understood }: PlanInput): Plan | undefined {
  const { intent, second, slots } = understood
  if (second === undefined) return undefined
  const other = choiceOf(second.intent)
  const one: Choice | undefined = intent === 'out_of_scope' ? 'help' : choiceOf(intent)
  if (one === undefined || other === undefined) return undefined
  const between = intent === 'out_of_scope' ? ([other, one] as const) : ([one, other] as const)
  return { do: 'which', between, asked: { intent, slots } }
}
