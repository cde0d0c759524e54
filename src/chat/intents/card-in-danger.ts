import type { Plan, PlanInput } from '../plan.ts'

/** A lost or stolen card: freezing all cards is offered before any question, and a person is asked for. */
export function planLostOrStolen({ understood }: PlanInput): Plan {
  return { do: 'danger', danger: understood.other === undefined ? 'card' : 'other-person' }
}

/** Fraud or a scam, in the words' own order of urgency: a scam's first aid is not to send anything. */
export function planReportFraud({ understood }: PlanInput): Plan {
  if (understood.other !== undefined) return { do: 'danger', danger: 'other-person' }
  return { do: 'danger', danger: understood.scam === true ? 'scam' : 'fraud' }
}
