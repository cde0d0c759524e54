import type { Plan, PlanInput } from '../plan.ts'

/** A payment that somebody does not recognise: dispute words always open a case. */
export function planDispute({ understood }: PlanInput): Plan {
  return understood.other === undefined ? { do: 'dispute' } : { do: 'danger', danger: 'other-person' }
}
