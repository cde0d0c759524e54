import type { Plan, PlanInput } from '../plan.ts'

/** Thanks get a short answer, and nothing to do. */
export function planThanks({ sharing }: PlanInput): Plan {
  return { do: 'say', words: ['thanks'], choices: sharing.institutions.length === 0 ? ['help'] : ['balance', 'help'] }
}
