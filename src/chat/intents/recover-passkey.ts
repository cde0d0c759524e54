import type { Plan } from '../plan.ts'

/** A lost passkey is replaced on our page, after a fresh sign-in at the bank and a day's wait. */
export function planRecoverPasskey(): Plan {
  return { do: 'offer-link', purpose: 'recover', words: 'recover.offer' }
}
