import type { Transaction } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import { cleanText } from '../clean-text.ts'
import { categoryOf } from '../spend-categories.ts'
import type { SpendCategory } from '../spend-categories.ts'
import type { Reckoned } from './bank-facts.ts'
import { dayIn, dayMs } from './days.ts'

/** A movement with what all reckoning asks of it, worked out once. */
export type Movement = {
  readonly transaction: Transaction
  readonly day: string
  readonly amount: Money
  /** The merchant, or the bank's description; one inert line. */
  readonly text: string
  /** The same for all spellings of one merchant. */
  readonly key: string
  readonly category: SpendCategory
  /** Between accounts of the customer, or the payment of a card: neither spent nor earned. */
  readonly own: boolean
  readonly refund: boolean
}

/** Between one's own accounts a movement arrives within so many days. */
const ownMoveDaysMax = 4

/** Movements newest first, without pending ones that were completed by another in the list. */
export function movementsOf(
  transactions: readonly Transaction[],
  { timeZone }: Pick<Reckoned, 'timeZone'>,
): readonly Movement[] {
  const completed = new Set(
    transactions.filter(({ status }) => status === 'posted').map(({ referenceId }) => referenceId ?? ''),
  )
  const live = transactions.filter(({ id, status }) => status === 'posted' || !completed.has(id))
  const own = ownMoves(live)
  const dayOf = dayIn(timeZone)
  const debits = new Set(live.filter(({ direction }) => direction === 'debit').map(keyOf))
  const categories = categoriesOf(live)
  return live
    .map((transaction): Movement => ({
      transaction,
      day: dayOf(transaction.at),
      amount: transaction.amount.reveal(),
      text: textOf(transaction),
      key: keyOf(transaction),
      category: categories(transaction),
      own: own.has(transaction),
      refund: !own.has(transaction) && isRefund(transaction, debits),
    }))
    .sort((a, b) => b.transaction.at - a.transaction.at)
}

/** A name by which spellings of one merchant are the same: no case, accents, numbers of branches or endings. */
export function merchantKey(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[#*]?\d+/g, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
}

function textOf({ merchant, description }: Transaction): string {
  const named = cleanText(merchant?.reveal() ?? '')
  return named === '' ? cleanText(description.reveal()) : named
}

function keyOf(transaction: Transaction): string {
  const text = textOf(transaction)
  const key = merchantKey(text)
  return key === '' ? text.toLowerCase() : key
}

// What gives a payment back often has no code of its own: it belongs where the payments to that merchant belong.
function categoriesOf(transactions: readonly Transaction[]): (transaction: Transaction) => SpendCategory {
  const ofMerchant = new Map<string, SpendCategory>()
  for (const each of transactions) {
    if (each.direction === 'debit' && !ofMerchant.has(keyOf(each)))
      ofMerchant.set(keyOf(each), categoryOfTransaction(each))
  }
  return (each) => {
    const own = categoryOfTransaction(each)
    return own === 'other' && each.direction === 'credit' ? (ofMerchant.get(keyOf(each)) ?? own) : own
  }
}

function categoryOfTransaction({ kind, category }: Transaction): SpendCategory {
  if (isFee(kind)) return 'fees'
  if (/ATM|CASH/i.test(kind)) return 'cash'
  const known = categoryOf(category)
  return known === 'other' && /BILL|DIRECTDEBIT/i.test(kind) ? 'bills' : known
}

/** Whether the bank's word says that it is a charge of the bank itself. */
export function isFee(kind: string): boolean {
  return /FEE|INTEREST|CHARGE/i.test(kind)
}

const moveKinds = /TRANSFER|PAYMENT|^XFER/i

/** Both sides of moves between the customer's own accounts, and payments that arrived on a card. */
function ownMoves(transactions: readonly Transaction[]): ReadonlySet<Transaction> {
  const own = new Set<Transaction>()
  const credits = transactions.filter(({ direction, kind }) => direction === 'credit' && moveKinds.test(kind))
  for (const credit of credits) if (/^PAYMENT$/i.test(credit.kind)) own.add(credit)
  const taken = new Set<Transaction>()
  for (const debit of transactions) {
    if (debit.direction !== 'debit' || !moveKinds.test(debit.kind)) continue
    // What is called a transfer and finds no other side went to an account that is not shared: moved, as far as is known.
    if (/^(TRANSFER|XFER)/i.test(debit.kind)) own.add(debit)
    const other = credits.find((credit) => !taken.has(credit) && isOtherSide(debit, credit))
    if (other === undefined) continue
    taken.add(other)
    own.add(debit).add(other)
  }
  return own
}

function isOtherSide(debit: Transaction, credit: Transaction): boolean {
  const [paid, got] = [debit.amount.reveal(), credit.amount.reveal()]
  if (credit.accountId === debit.accountId || paid.minor !== got.minor || paid.currency !== got.currency) return false
  return Math.abs(debit.at - credit.at) <= ownMoveDaysMax * dayMs
}

function isRefund(transaction: Transaction, debits: ReadonlySet<string>): boolean {
  if (transaction.direction !== 'credit') return false
  if (/REFUND|RETURN|REVERSAL|ADJUSTMENT|POSCREDIT|CHARGEBACK/i.test(transaction.kind)) return true
  if (/DEPOSIT|INTEREST|DIVIDEND|PAYMENT|TRANSFER/i.test(transaction.kind)) return false
  return transaction.referenceId !== undefined || debits.has(keyOf(transaction))
}
