import type { CustomerId, InstitutionId, Instant, Money } from '../kernel/index.ts'

/** One use of a card as far as its customer is told of it. */
export type SeenUse = {
  /** The event's id in the log. */
  readonly id: string
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly kind: 'authorization' | 'completion' | 'advice' | 'reversal' | 'refund'
  /** The bank's own id of the account. */
  readonly accountId: string
  readonly cardLastDigits?: string
  readonly at: Instant
  readonly amount: Money
  readonly merchant: {
    readonly id: string
    readonly name: string
    readonly category: string
    readonly terminal?: string
    readonly city?: string
    readonly region?: string
    readonly country?: string
    readonly latitude?: number
    readonly longitude?: number
  }
  readonly presence: 'in-person' | 'online' | 'recurring' | 'unknown'
  readonly device?: string
  /** The bank's own name for it: what its people find it by. */
  readonly reference: string
  readonly outcome?: 'approved' | 'declined'
}

/** What was decided of a use: what the bank was told, and whether its customer is asked. */
export type UseDecision = { readonly verdict: 'approve' | 'decline' | 'observe'; readonly ask: boolean }

/** A use whose customer is in hand, and what was decided. */
export type DecidedUse = { readonly use: SeenUse; readonly decision: UseDecision }

/** Which use is meant, by ids alone. */
export type UseName = {
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly event: string
}
