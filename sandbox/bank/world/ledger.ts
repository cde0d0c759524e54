import type { Account, CardBill, Decline, Entry, Payee, Statement } from './book.ts'
import { isoDay, isoInstant } from './calendar.ts'
import type { BankDay } from './calendar.ts'
import { idFor } from './random.ts'

/** Something that happened on an account: known from `authDay`, booked on `postDay` (the same day: never pending). */
export type Booking = {
  /** Unique within the account. */
  readonly key: string
  readonly authDay: BankDay
  /** Seconds after the start of the bank day. */
  readonly authSeconds: number
  readonly postDay: BankDay
  readonly direction: 'DEBIT' | 'CREDIT'
  readonly amountMinor: bigint
  readonly description: string
  readonly transactionType: string
  readonly mcc?: string
  readonly payee?: Payee
  readonly foreign?: NonNullable<Entry['foreign']>
  readonly byCard?: boolean
  readonly checkNumber?: string
  /** The key of the booking this one reverses. */
  readonly reverses?: string
}

/** A card's latest statement and what has been paid on it. */
export type OpenBill = {
  readonly statementDay: BankDay
  readonly dueDay: BankDay
  readonly balanceMinor: bigint
  readonly minimumMinor: bigint
  readonly carriedMinor: bigint
  readonly autopay?: { readonly day: BankDay; readonly amountMinor: bigint }
  paidMinor: bigint
}

/** One account while its history is being made. Balances are booked ones: money in the account, or money owed on a card. */
export type Ledger = {
  readonly account: Account
  readonly bookings: Booking[]
  readonly statements: Statement[]
  readonly declines: (Decline & { readonly day: BankDay })[]
  balanceMinor: bigint
  openBill?: OpenBill
  lastPayment?: { readonly amountMinor: bigint; readonly day: BankDay }
}

/** An account nothing has happened on. */
export function createLedger(account: Account): Ledger {
  return { account, bookings: [], statements: [], declines: [], balanceMinor: 0n }
}

/** What a booking does to the balance: cards owe more with each debit, deposits hold less. */
export function effectOf(account: Account, booking: Pick<Booking, 'direction' | 'amountMinor'>): bigint {
  const debit = booking.direction === 'DEBIT'
  const adds = account.kind === 'CREDITCARD' ? debit : !debit
  return adds ? booking.amountMinor : -booking.amountMinor
}

/** Ids differ between the pending and the posted form of one booking (FDX). */
export function postedId(accountId: string, key: string): string {
  return idFor('txn', accountId, key)
}

function pendingId(accountId: string, key: string): string {
  return idFor('auth', accountId, key)
}

/** The booking as the bank shows it on a day. */
export function entryOn(account: Account, booking: Booking, today: BankDay): Entry {
  const { key, foreign, payee, mcc, checkNumber } = booking
  const posted = booking.postDay <= today
  const wasPending = booking.postDay > booking.authDay
  const reference =
    booking.reverses !== undefined
      ? postedId(account.id, booking.reverses)
      : wasPending && posted
        ? pendingId(account.id, key)
        : undefined
  return {
    id: posted ? postedId(account.id, key) : pendingId(account.id, key),
    status: posted ? 'POSTED' : 'PENDING',
    ...(reference === undefined ? {} : { referenceId: reference }),
    direction: booking.direction,
    amountMinor: booking.amountMinor,
    description: booking.description,
    authorizedAt: isoInstant(booking.authDay, booking.authSeconds),
    ...(posted ? { postedAt: isoInstant(booking.postDay, wasPending ? 0 : booking.authSeconds) } : {}),
    transactionType: booking.transactionType,
    ...(mcc === undefined ? {} : { mcc }),
    ...(payee === undefined ? {} : { payee }),
    ...(foreign === undefined ? {} : { foreign }),
    ...(booking.byCard === true && account.cardDisplay !== undefined ? { cardDisplay: account.cardDisplay } : {}),
    ...(checkNumber === undefined ? {} : { checkNumber }),
  }
}

/** The bill as of a day: what is left to pay of the latest statement. */
export function billOn({ openBill, lastPayment }: Ledger, today: BankDay): CardBill | undefined {
  if (openBill === undefined) return undefined
  const { balanceMinor, minimumMinor, paidMinor, dueDay, autopay, carriedMinor } = openBill
  const left = (of: bigint): bigint => (of > paidMinor ? of - paidMinor : 0n)
  const pastDue = left(today > dueDay ? minimumMinor : carriedMinor)
  return {
    statementDate: isoDay(openBill.statementDay),
    statementBalanceMinor: balanceMinor,
    totalDueMinor: left(balanceMinor),
    minimumDueMinor: left(minimumMinor),
    dueDate: isoDay(dueDay),
    pastDueMinor: pastDue,
    ...(autopay === undefined ? {} : { autopay: { amountMinor: autopay.amountMinor, date: isoDay(autopay.day) } }),
    ...(lastPayment === undefined
      ? {}
      : { lastPayment: { amountMinor: lastPayment.amountMinor, date: isoDay(lastPayment.day) } }),
  }
}
