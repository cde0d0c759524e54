import type { Account, AccountDetails, CardBill, CardReport, TransactionReport } from '../../banks/index.ts'
import type { Instant } from '../../kernel/index.ts'
import type { MatchAccounts } from '../choose-accounts.ts'

/** What one bank said under the permits that were open; what was not asked for is not there. */
export type BankFacts = {
  /** With balances if a balance was asked for, without if only the list was. */
  readonly accounts?: readonly Account[] | undefined
  readonly transactions?: TransactionReport | undefined
  readonly bills?: readonly CardBill[] | undefined
  readonly cards?: CardReport | undefined
  readonly details?: readonly AccountDetails[] | undefined
  /** False when the bank marked its balances as partial; a transaction report says it itself. */
  readonly complete?: boolean | undefined
}

/** When, and in whose days, a question is answered. */
export type Reckoned = {
  readonly now: Instant
  /** IANA; says which day a moment belongs to. */
  readonly timeZone: string
  /** Which of these names the typed words mean; without it a plain matching of our own is used. */
  readonly matchMerchant?: (words: string, names: readonly string[]) => readonly string[]
  /** Which of these accounts the typed words mean; without it, and where it finds none, a plain matching of our own is used. */
  readonly matchAccounts?: MatchAccounts
}
