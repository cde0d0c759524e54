import type { Instant, Money, Outcome, Secret } from '../kernel/index.ts'
import type { Permit } from '../consent/index.ts'

/**
 * Why a bank gave no answer. `unreachable`: down, too slow or cut off. `link-expired`: the customer must link again.
 * `consent-ended`: the bank says that the consent is over. `over-budget`: the day's calls are used up, or the bank asked
 * for a pause. `unreadable`: it answered something that is not what the standard says; nothing of it is used.
 */
export type BankRefusal =
  'banks/unreachable' | 'banks/link-expired' | 'banks/consent-ended' | 'banks/over-budget' | 'banks/unreadable'

/**
 * One figure of an account. `owed` is positive when the customer owes the bank and negative when the bank owes the
 * customer (an overpaid card); `current` and `available` are negative when the account is overdrawn.
 */
export type Balance = {
  readonly kind: 'available' | 'current' | 'owed' | 'credit-available' | 'credit-limit'
  readonly amount: Secret<Money>
  /** When the bank computed it, if it says so. */
  readonly asOf: Instant | undefined
}

/** One account as the bank describes it. `id` is the bank's opaque id; `kind` its own word, e.g. `CHECKING`. */
export type Account = {
  readonly id: string
  readonly name: Secret<string>
  readonly lastDigits: Secret<string> | undefined
  readonly category: 'deposit' | 'card' | 'loan' | 'other'
  readonly kind: string
  /** Empty in an account list, and for accounts whose balance the bank does not give. */
  readonly balances: readonly Balance[]
}

/** What a balance look found. */
export type BalanceReport = {
  readonly accounts: readonly Account[]
  /** False when the bank marked its answer as partial, or a shared account was not in it. */
  readonly complete: boolean
}

/** What every bank can do, whatever standard it speaks. Nothing is kept: each call asks the bank. */
export type Bank = {
  /** The accounts behind the link, without balances; only the permit's accounts if it names any. */
  fetchAccounts(permit: Permit<'account-list'>): Promise<Outcome<readonly Account[], BankRefusal>>
  /** Balances of the permit's accounts, or of all accounts behind the link if it names none. */
  fetchBalances(permit: Permit<'balance'>): Promise<Outcome<BalanceReport, BankRefusal>>
}
