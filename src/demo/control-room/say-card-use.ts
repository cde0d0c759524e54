import type { CardSeen, CardUseSeen } from './bank-control.ts'

/** What the bank did with a use of a card, in a few words. */
export function whatBecame({
  outcome,
  because,
  verdict,
}: Pick<CardUseSeen, 'outcome' | 'because' | 'verdict'>): string {
  if (outcome === undefined) return 'asks Parley'
  if (because === 'card-not-active') return 'refused: the card is frozen'
  if (because === 'no-answer') return 'approved without an answer'
  return verdict === 'decline' ? 'declined, as Parley said' : outcome
}

/** How a card stands, to follow "the card". */
export function cardState({ status }: Pick<CardSeen, 'status'>): string {
  if (status === 'FROZEN') return 'is frozen'
  return status === 'LOST' ? 'was reported lost' : 'works'
}
