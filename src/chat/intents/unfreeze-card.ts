import { type Plan, type PlanInput, sharesAnything } from '../plan.ts'

/** Unfreezing loosens something, so it takes the passkey: words only lead to the page (P4). */
export function planUnfreezeCard({ sharing }: PlanInput): Plan {
  return sharesAnything(sharing) || sharing.cutOff !== undefined
    ? { do: 'offer-page', page: 'cards', words: 'unfreeze.offer' }
    : { do: 'offer-link', purpose: 'link', words: 'unfreeze.not_linked' }
}
