import { type Plan, type PlanInput, sharesAnything } from '../plan.ts'

/** Thanks get a short answer, and nothing to do. */
export function planThanks({ sharing }: PlanInput): Plan {
  return { do: 'say', words: ['thanks'], choices: sharesAnything(sharing) ? ['balance', 'help'] : ['help'] }
}
