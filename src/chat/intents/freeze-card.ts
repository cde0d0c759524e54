import { type CardsMeant, type Plan, type PlanInput, banksFor, sharesAnything } from '../plan.ts'

/** Freezing makes things safer, so words suffice (P4). Which card is never guessed. */
export function planFreezeCard(input: PlanInput): Plan {
  const { understood, sharing } = input
  if (understood.other !== undefined) return { do: 'danger', danger: 'other-person' }
  const institutions = banksFor(sharing, 'card-status')
  if (institutions.length > 0) return { do: 'freeze', which: cardsMeant(input), institutions }
  if (sharing.cutOff !== undefined) return { do: 'say', words: ['freeze.cut_off'], choices: ['talkToPerson'] }
  return {
    do: 'offer-link',
    purpose: sharesAnything(sharing) ? 'change' : 'link',
    words: sharesAnything(sharing) ? 'freeze.leave_missing' : 'freeze.not_linked',
  }
}

/** "Yes" to the offer to freeze all of them. */
export function planFreezeAll({ understood, ...input }: PlanInput): Plan {
  return planFreezeCard({ ...input, understood: { ...understood, all: true } })
}

function cardsMeant({ understood }: PlanInput): CardsMeant {
  const { account, card_last4: lastDigits } = understood.slots
  if (lastDigits !== undefined) return { which: 'named', words: account, lastDigits }
  if (understood.all === true) return { which: 'all' }
  return account === undefined ? { which: 'unsaid' } : { which: 'named', words: account, lastDigits }
}
