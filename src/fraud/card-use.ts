/** What a card event is: a payment asked for, its later amount, a notice of one, one that was taken back, money that came back. */
export type CardUseKind = 'authorization' | 'completion' | 'advice' | 'reversal' | 'refund'

/** One use of a card, as features see it. Keys are pseudonymous. */
export type CardUse = {
  /** The event's id, unique. */
  readonly id: string
  readonly kind: CardUseKind
  /** The authorization's id that a completion, reversal or refund belongs to. */
  readonly of?: string
  /** Whose card: the public handbook's windows are by customer; in production one key a card. */
  readonly customer: string
  readonly merchant: string
  /** Where merchant risk is kept; the merchant's key where the feed has no terminal. */
  readonly terminal: string
  /** Event time, milliseconds since 1970 UTC. */
  readonly atMs: number
  /** Safe integer, at least 0, in the smallest unit of the card's currency. */
  readonly amountMinor: number
  /** Merchant category code (ISO 18245), '' unknown. */
  readonly category: string
  /** ISO 3166 alpha-2, '' unknown. */
  readonly country: string
  /** Degrees north. */
  readonly latitude?: number
  /** Degrees east. */
  readonly longitude?: number
  readonly presence: 'in-person' | 'online' | 'recurring' | 'unknown'
  readonly device?: string
}

/** What became known of a use. A feature may use it only from its arrival on. */
export type FraudLabel = {
  /** The use's id. */
  readonly use: string
  /** Milliseconds since 1970 UTC. */
  readonly arrivedAtMs: number
  readonly isFraud: boolean
  /** Whether the customer had seen the payment's details when answering. */
  readonly informed: boolean
  readonly source: 'customer' | 'agent' | 'bank' | 'dispute'
  /** Whose word it is (a customer's key), for the cap on one person's sway. */
  readonly by: string
}
