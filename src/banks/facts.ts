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

/** Which days to look at, both included. `timeZone` (IANA) says whose days they are; without it they are UTC's. */
export type Days = { readonly from: Day; readonly to: Day; readonly timeZone?: string }

/** Movements of a stretch of days. */
export type TransactionReport = {
  /** Newest first, by the moment in `at`. A payment that has been booked is not in here as a pending one too. */
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
  /** What must be paid in all; positive when owed, negative when the bank owes the customer. */
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
  /** The last month it works, `YYYY-MM`, if the bank says it. */
  readonly expires?: string
  /** The bank's own word, e.g. `VISA`. */
  readonly network?: string
}

/** The cards of the shared accounts, and what the bank refused on them, newest first. */
export type CardReport = { readonly cards: readonly CardState[]; readonly declines: readonly Decline[] }

/** What a customer wants a card to be. `key`: the same act carries the same key, however often it is tried. */
export type CardAct = {
  readonly accountId: string
  readonly to: CardState['status']
  /** 1 to 128 visible ASCII characters, unlike those of any other act. */
  readonly key: string
}

/** Where money for an account is sent. Only what the bank gives. */
export type AccountNumbers = {
  readonly accountNumber: string | undefined
  /** The bank's number for it: a US routing number, a sort code. */
  readonly routingNumber: string | undefined
  readonly iban: string | undefined
  readonly bic: string | undefined
}

/** Points, miles or money back. */
export type Rewards = {
  readonly program: string
  readonly kind: 'points' | 'miles' | 'cashback' | 'other'
  /** Exactly as the bank wrote it: a plain decimal, for cashback too; FDX counts units and names no currency. */
  readonly balance: string
}

/** What can be said of an account besides its balances. Everything is absent that the bank does not give. */
export type AccountDetails = {
  readonly accountId: string
  readonly name: Secret<string>
  readonly lastDigits: Secret<string> | undefined
  readonly category: 'deposit' | 'card' | 'loan' | 'other'
  /** Per cent a year, a plain decimal such as `21.99`; paid to the customer on deposits, charged on cards and loans. */
  readonly interestRate?: string
  readonly creditLimit?: Secret<Money>
  readonly numbers?: Secret<AccountNumbers>
  readonly rewards?: Secret<Rewards>
  /** The last month the account's card works, `YYYY-MM`. */
  readonly cardExpires?: string
}

/** Details that cost a call of their own, or say more than others: they are asked for one by one. */
export type AskedDetail = 'numbers' | 'rewards'

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
