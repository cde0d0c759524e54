import type { Plan } from '../plan.ts'

/** Linking a bank, the first or a further one, happens on our page. */
export function planLinkBank(): Plan {
  return { do: 'offer-link', purpose: 'link', words: 'link.offer' }
}
