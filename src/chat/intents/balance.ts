import type { Plan, PlanInput } from '../plan.ts'

/** Balances of all accounts, or of a named one. Without leave to ask a bank, the question is kept and a link offered. */
export function planBalance({ understood, sharing }: PlanInput): Plan {
  // The grants are there and suspended: linking again would change nothing.
  if (sharing.institutions.length === 0 && sharing.cutOff !== undefined) {
    return { do: 'say-cut-off', cutOff: sharing.cutOff }
  }
  if (sharing.institutions.length === 0) {
    return { do: 'offer-link', purpose: 'link', words: 'link.offer_question', keepQuestion: true }
  }
  return { do: 'answer-balance', institutions: sharing.institutions, slots: understood.slots }
}
