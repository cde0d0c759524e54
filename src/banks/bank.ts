import type { Instant, Money, Outcome, Secret } from '../kernel/index.ts'
import type { Permit } from '../consent/index.ts'
import type {
  AccountDetails,
  AskedDetail,
  CardAct,
  CardBill,
  CardReport,
  CardState,
  Days,
  TransactionReport,
} from './facts.ts'

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
  /** Booked and pending movements that were made on these days, of the permit's deposit and card accounts. */
  fetchTransactions(permit: Permit<'transactions'>, days: Days): Promise<Outcome<TransactionReport, BankRefusal>>
  /** The newest bill of each of the permit's cards; a card without a bill is left out. */
  fetchCardBills(permit: Permit<'card-bills'>): Promise<Outcome<readonly CardBill[], BankRefusal>>
  /** The state of the permit's cards, and refused payments. A card whose state the bank does not give is left out. */
  fetchCards(permit: Permit<'card-status'>): Promise<Outcome<CardReport, BankRefusal>>
  /**
   * Asks the bank to make a card frozen, active or lost, and says what it is now by the bank's own word. Safe to repeat under
   * the same key: the bank acts once. `banks/unreachable` means that it is not known whether the bank acted: ask again under
   * the same key. `banks/conflict`: the bank refuses, because the card is past it (lost stays lost), it has no such card, or
   * the key stands for another act.
   */
  changeCard(permit: Permit<'card-status'>, act: CardAct): Promise<Outcome<CardState, BankRefusal | 'banks/conflict'>>
  /**
   * Rates, limits, account numbers and rewards of the permit's accounts. `asked` says which of the details that cost a call
   * of their own are wanted (all, if left out).
   */
  fetchAccountDetails(
    permit: Permit<'account-list'>,
    asked?: readonly AskedDetail[],
  ): Promise<Outcome<readonly AccountDetails[], BankRefusal>>
}
