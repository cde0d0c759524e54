import type { CardUse } from './card-use.ts'

/** What a card event says, whoever read it: from a bank's wire or from a bank's history. */
export type EventFacts = Pick<CardUse, 'id' | 'kind' | 'of' | 'atMs' | 'amountMinor' | 'presence' | 'device'> & {
  /** A key for the account: the bank's own id, or a pseudonym for it. */
  readonly account: string
  readonly cardLastDigits?: string
  readonly merchant: {
    readonly id: string
    readonly category: string
    readonly terminal?: string
    readonly country?: string
    readonly latitude?: number
    readonly longitude?: number
  }
}

/**
 * The one way in which a card event becomes a use: a model must meet in production what it met in training. Windows are kept for each card
 * (an account's other card is another person's habit), and a terminal's name counts only together with its merchant's.
 */
export function cardUseOf({ account, cardLastDigits, merchant, ...facts }: EventFacts): CardUse {
  const { id, category, terminal, country, latitude, longitude } = merchant
  return {
    ...facts,
    customer: cardLastDigits === undefined ? account : `${account}/${cardLastDigits}`,
    merchant: id,
    terminal: terminal === undefined ? id : `${id}/${terminal}`,
    category,
    country: country ?? '',
    ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
  }
}
