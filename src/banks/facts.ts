import type { Instant, Money, Secret } from '../kernel/index.ts'

/** A day as banks write it: `YYYY-MM-DD`. */
export type Day = string

/** Where a payment was made, as far as the bank says. Never guessed: without an address there is no place. */
export type Place = {
  readonly city: string
  readonly region: string | undefined
  /** ISO 3166-1, two letters. */
  readonly country: string | undefined
  /** Degrees; only when the bank gave both. */
  readonly point: { readonly latitude: number; readonly longitude: number } | undefined
}

/** A booked or pending movement on an account. */
export type Transaction = {
  readonly id: string
  readonly accountId: string
  /** When it was made or authorised; the customer remembers this moment, not the booking. */
  readonly at: Instant
  readonly postedAt: Instant | undefined
  readonly status: 'pending' | 'posted'
  /** `debit`: money left the account, or was put on the card. */
  readonly direction: 'debit' | 'credit'
  /** Never negative; `direction` says which way. */
  readonly amount: Secret<Money>
  /** What was paid abroad, and the bank's rate as it wrote it. */
  readonly foreign: { readonly amount: Secret<Money>; readonly rate: string | undefined } | undefined
  readonly description: Secret<string>
  readonly merchant: Secret<string> | undefined
  readonly merchantId: string | undefined
  /** ISO 18245 merchant category, four digits. */
  readonly category: string | undefined
  /** The bank's own word, e.g. `FEE`, `INTEREST`, `ATM`, `PAYMENT`, `TRANSFER`, `REFUND`. */
  readonly kind: string
  readonly cardLastDigits: Secret<string> | undefined
  readonly place: Secret<Place> | undefined
  /** The id of what this completes or gives back (a pending authorization, a refunded payment), if the bank links them. */
  readonly referenceId: string | undefined
}

/** Movements of a stretch of days. */
export type TransactionReport = {
  readonly transactions: readonly Transaction[]
  /** The days really covered, both included: a bank may keep less than was asked for. */
  readonly from: Day
  readonly to: Day
  /** False when the bank left something out. */
  readonly complete: boolean
}

/** A card statement with its due date and minimum (FDX `bills[]`, or the older fields). */
export type CardBill = {
  readonly accountId: string
  /** What must be paid in all; positive when owed. */
  readonly totalDue: Secret<Money>
  readonly minimumDue: Secret<Money> | undefined
  readonly dueDate: Day | undefined
  readonly pastDue: Secret<Money> | undefined
  readonly statementBalance: Secret<Money> | undefined
  readonly statementDate: Day | undefined
  readonly autoPay: { readonly amount: Secret<Money> | undefined; readonly date: Day | undefined } | undefined
  readonly lastPayment: { readonly amount: Secret<Money>; readonly date: Day | undefined } | undefined
}

/** Whether a card works, as its bank says. */
export type CardState = {
  readonly accountId: string
  readonly lastDigits: Secret<string> | undefined
  readonly status: 'active' | 'frozen' | 'lost'
  readonly since: Instant | undefined
}

/** A payment that the bank refused. */
export type Decline = {
  readonly id: string
  readonly accountId: string
  readonly at: Instant
  readonly amount: Secret<Money>
  /** The bank's own code. */
  readonly reason: string
  readonly merchant: Secret<string> | undefined
}
