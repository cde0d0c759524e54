import type { Day, Place } from '../banks/index.ts'
import type { Instant, Money } from '../kernel/index.ts'
import type { SpendCategory } from './spend-categories.ts'

// What blocks hold is written out plainly; a list of them is always inside one Secret.

/** What sort of account it is; the page lists accounts by it. */
export const accountCategories = ['deposit', 'card', 'loan', 'other'] as const
export type AccountCategory = (typeof accountCategories)[number]

/** The meaning of a figure; a page and a chat always say which one they show. */
export const balanceKinds = ['available', 'current', 'owed', 'credit-available', 'credit-limit'] as const
export type BalanceKind = (typeof balanceKinds)[number]

/** How an account is named to its owner. */
export type AccountName = {
  readonly name: string
  readonly lastDigits: string | undefined
  readonly category: AccountCategory
}

/** One figure of an account, with its time where the bank says one. */
export type AccountFigure = {
  readonly kind: BalanceKind
  readonly amount: Money
  readonly asOf: Instant | undefined
  /** The one that stands for the account; at most one has it. */
  readonly main: boolean
}

/** Figures of one account. */
export type AccountBlock = {
  readonly kind: 'account'
  readonly account: AccountName
  readonly figures: readonly AccountFigure[]
  /** False: not the one that was named; shown on request, on the page. */
  readonly meant: boolean
}

/** What a list of movements is a list of. */
export const rowLists = [
  'recent',
  'found',
  'pending',
  'refunds',
  'waiting',
  'income',
  'fees',
  'foreign',
  'cash',
  'transfers',
  'spending',
] as const
export type RowList = (typeof rowLists)[number]

/** One movement on an account. */
export type Row = {
  readonly day: Day
  /** The merchant, or the bank's description where there is none. */
  readonly text: string
  /** Never negative. */
  readonly amount: Money
  readonly direction: 'debit' | 'credit'
  readonly pending: boolean
  readonly account: string | undefined
  readonly foreign: { readonly amount: Money; readonly rate: string | undefined } | undefined
  /** Of money back: the day of the payment that it gives back, where one fits. */
  readonly gaveBack: Day | undefined
}

/** Movements, newest first. `totals`: one sum for each currency, debits less credits unless the list is of credits; none where a sum means nothing. */
export type RowsBlock = {
  readonly kind: 'rows'
  readonly of: RowList
  readonly from: Day
  readonly to: Day
  readonly rows: readonly Row[]
  readonly totals: readonly Money[]
  /** How many there are; more than `rows` where a page has its limit. */
  readonly count: number
}

/** A sum of spending, one block for each currency. */
export type SpendingBlock = {
  readonly kind: 'spending'
  readonly from: Day
  readonly to: Day
  readonly total: Money
  readonly count: number
  /** What was asked about; everything when neither is there. */
  readonly category: SpendCategory | undefined
  readonly merchant: string | undefined
  /** The same number of days before, where the bank's answer reaches back that far. */
  readonly before: { readonly from: Day; readonly to: Day; readonly total: Money } | undefined
  /** Largest first. */
  readonly shares: readonly SpendingShare[]
}

/** A part of a sum: a category, or a merchant within the category that was asked about. */
export type SpendingShare = {
  readonly category: SpendCategory | undefined
  readonly merchant: string | undefined
  readonly amount: Money
  readonly count: number
}

/** A city where cards were used in person. */
export type PlaceUse = Place & {
  readonly count: number
  readonly lastDay: Day
  readonly totals: readonly Money[]
}

/** Where cards were used, one block for each card, or one for all where the bank names no cards. */
export type PlacesBlock = {
  readonly kind: 'places'
  readonly from: Day
  readonly to: Day
  readonly cardLastDigits: string | undefined
  /** Most recent first. */
  readonly places: readonly PlaceUse[]
  /** Payments over the network: they happened nowhere, and get no pin. */
  readonly online: number
  /** Payments in person of which the bank names no place. */
  readonly unknown: number
}

/** A card's bill. */
export type BillBlock = {
  readonly kind: 'bill'
  readonly account: AccountName
  readonly totalDue: Money
  readonly minimumDue: Money | undefined
  readonly dueDate: Day | undefined
  readonly pastDue: Money | undefined
  readonly statementBalance: Money | undefined
  readonly statementDate: Day | undefined
  readonly autoPay: { readonly amount: Money | undefined; readonly date: Day | undefined } | undefined
  readonly lastPayment: { readonly amount: Money; readonly date: Day | undefined } | undefined
}

/** What several bills come to, one for each currency. */
export type BillsTotalBlock = {
  readonly kind: 'bills-total'
  readonly totalDue: Money
  /** Undefined when a bank names no minimum for one of them. */
  readonly minimumDue: Money | undefined
  readonly count: number
}

export const rhythms = ['week', 'fortnight', 'month', 'year'] as const
export type Rhythm = (typeof rhythms)[number]

/** A payment that keeps coming. */
export type SeriesBlock = {
  readonly kind: 'series'
  readonly merchant: string
  readonly every: Rhythm
  /** The latest amount. */
  readonly amount: Money
  /** The amount before the latest change, where there was one. */
  readonly before: Money | undefined
  readonly changedOn: Day | undefined
  readonly lastDay: Day
  readonly nextDay: Day
  readonly count: number
  readonly account: string | undefined
}

/** A payment that the bank refused; `reason` is ours, `code` is the bank's. */
export const declineReasons = [
  'insufficient-funds',
  'over-limit',
  'frozen',
  'lost',
  'expired',
  'wrong-pin',
  'pin-blocked',
  'wrong-details',
  'suspected-fraud',
  'not-allowed',
  'unavailable',
  'unknown',
] as const
export type DeclineReason = (typeof declineReasons)[number]

export type DeclineBlock = {
  readonly kind: 'decline'
  readonly day: Day
  readonly at: Instant
  readonly amount: Money
  readonly merchant: string | undefined
  readonly account: AccountName | undefined
  readonly reason: DeclineReason
  readonly code: string
}

/** Whether a card works. */
export type CardBlock = {
  readonly kind: 'card'
  readonly account: AccountName
  readonly status: 'active' | 'frozen' | 'lost'
  readonly since: Day | undefined
  readonly expires: string | undefined
}

export const detailKinds = ['account-number', 'routing-number', 'iban', 'bic', 'interest-rate', 'rewards'] as const
export type DetailKind = (typeof detailKinds)[number]

/** A fact about an account that is no amount. `pageOnly`: it never enters a chat, at any level. */
export type DetailBlock = {
  readonly kind: 'detail'
  readonly detail: DetailKind
  readonly account: AccountName
  readonly text: string
  /** Of rewards: what they are called. */
  readonly program: string | undefined
  readonly pageOnly: boolean
}

export const reckoningSteps = [
  'available',
  'current',
  'bills',
  'recurring',
  'pending',
  'left',
  'asked',
  'after',
] as const
export type ReckoningStep = (typeof reckoningSteps)[number]

/** Whether something can be afforded, with how it was reckoned. Never a promise. */
export type ReckoningBlock = {
  readonly kind: 'reckoning'
  /** The day up to which bills and recurring payments were looked at. */
  readonly until: Day
  /** Whether `until` is when income is expected, rather than two weeks from now. */
  readonly untilIncome: boolean
  /** In order; what is taken away is negative. */
  readonly steps: readonly { readonly step: ReckoningStep; readonly amount: Money; readonly count: number }[]
  /** `unasked`: no amount was named. */
  readonly verdict: 'fits' | 'short' | 'unasked'
}

export const noteWords = [
  'nothing-found',
  'no-such-account',
  'no-accounts',
  'covered-only',
  'spending-rules',
  'pending-why',
  'not-there-yet',
  'left-out-accounts',
  'left-out-classes',
  'left-out-income',
  'pending-counted',
  'next-income',
  'fees-where',
  'rate-today',
  'ask-person',
  'change-at-bank',
  'no-rates',
  'no-rewards',
  'no-numbers',
  'places-from-bank',
  'other-currency',
] as const
export type NoteWord = (typeof noteWords)[number]

/** A sentence of ours. Days and counts in it are ours as well; what a bank wrote never is. */
export type NoteBlock = {
  readonly kind: 'note'
  readonly word: NoteWord
  readonly from: Day | undefined
  readonly to: Day | undefined
  readonly count: number | undefined
}

/** A block that holds no others. */
export type PlainBlock =
  | AccountBlock
  | RowsBlock
  | SpendingBlock
  | PlacesBlock
  | BillBlock
  | BillsTotalBlock
  | SeriesBlock
  | DeclineBlock
  | CardBlock
  | DetailBlock
  | ReckoningBlock
  | NoteBlock

/** Several accounts, cards or merchants fit what was named: each with its own answer, on the page only. */
export type ChoiceBlock = {
  readonly kind: 'choice'
  readonly of: 'accounts' | 'merchants' | 'cards'
  readonly options: readonly { readonly label: string; readonly blocks: readonly PlainBlock[] }[]
}

export type Block = PlainBlock | ChoiceBlock
