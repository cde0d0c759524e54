import type { CustomerId, Id, InstitutionId, Instant, Money } from '../../kernel/index.ts'

/** One event of a card, as we know it: a keyed hash of bank, network reference and customer, in the form of a UUID. */
export type CardEventId = Id<'cardEvent'>

export const cardEventKinds = ['authorization', 'completion', 'advice', 'reversal', 'refund'] as const
/** A payment asked for; its booking; one that was decided without us; its taking back; money returned. */
export type CardEventKind = (typeof cardEventKinds)[number]

export const cardPresences = ['in-person', 'online', 'recurring', 'unknown'] as const
export type CardPresence = (typeof cardPresences)[number]

export const verdictWords = ['approve', 'decline', 'observe'] as const
/** `observe`: we say nothing for or against it. */
export type VerdictWord = (typeof verdictWords)[number]

/** What whoever decides says about an authorization. */
export type Verdict = { readonly verdict: VerdictWord }

export type CardMerchant = {
  readonly id: string
  readonly name: string
  /** ISO 18245; empty where the bank does not say. */
  readonly category: string
  readonly terminal?: string
  readonly city?: string
  readonly region?: string
  /** ISO 3166 alpha-2. */
  readonly country?: string
  readonly latitude?: number
  readonly longitude?: number
}

/** What a bank says of one use of a card, before it is known whose card it is. */
export type CardEvent = {
  /** The network's own name for this very message: unique at a bank, the same when it is repeated. */
  readonly reference: string
  readonly kind: CardEventKind
  /** The reference of the authorization that this belongs to. */
  readonly ofReference?: string
  /** The bank's own opaque id of the account. */
  readonly accountId: string
  readonly cardLastDigits?: string
  readonly at: Instant
  readonly amount: Money
  readonly merchant: CardMerchant
  readonly presence: CardPresence
  readonly device?: string
  /** The network's own score, 0 to 999. */
  readonly networkScore?: number
  readonly outcome?: 'approved' | 'declined'
}

/** One use of a card of a customer who gave leave for fraud alerts. */
export type CardAuthorization = Omit<CardEvent, 'ofReference'> & {
  readonly id: CardEventId
  readonly institution: InstitutionId
  readonly customer: CustomerId
  /** The authorization it belongs to, whether that has come or not. */
  readonly of?: CardEventId
}
