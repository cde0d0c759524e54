import { dayOfMonth, isLastOfMonth, isoDay, monthIndex, nextBusinessDay, weekday } from './calendar.ts'
import type { BankDay } from './calendar.ts'
import { bookNow, drawOn, ledgersOf, postWaiting, SAVINGS_RATE_BPS } from './life.ts'
import type { Life } from './life.ts'
import type { Ledger } from './ledger.ts'
import { payCard, cutStatement } from './card-bill.ts'
import { idFor } from './random.ts'

/** Below this a careful person moves money from savings. */
const LOW_MINOR = 60_000n
const COVER_MINOR = 80_000n
/** Above this the surplus goes to savings. */
const HIGH_MINOR = 1_100_000n
const OVERDRAFT_FEE_MINOR = 3_500n
/** Subscription prices go up about this long after the history starts, and again after as long. */
const INCREASE_DAYS = 245

/** What the bank books before the day begins: postings, pay, rent, bills, interest, statements. */
export function morning(life: Life, day: BankDay): void {
  if (day === life.startDay) open(life, day)
  postWaiting(life, day)
  receivePay(life, day)
  payRent(life, day)
  payRecurring(life, day)
  payCard(life, day)
  moveSavings(life, day)
  chargeOverdraft(life, day)
  if (isLastOfMonth(day)) closeMonth(life, day)
  if (dayOfMonth(day) === life.profile.card.statementDay) cutStatement(life, day)
}

/** Balances from before the history are one booked line each, so the history adds up to the balance. */
function open(life: Life, day: BankDay): void {
  const { opening } = life.profile
  const lines = [
    [life.checking, opening.checking, 'CREDIT'],
    [life.savings, opening.savings, 'CREDIT'],
    [life.card, opening.card, 'DEBIT'],
  ] as const
  for (const [ledger, amount, direction] of lines) {
    bookNow(life, ledger, day, {
      key: 'opening',
      direction,
      amountMinor: BigInt(amount),
      description: 'BALANCE BROUGHT FORWARD',
      transactionType: 'ADJUSTMENT',
    })
  }
}

function receivePay(life: Life, day: BankDay): void {
  const { income } = life.profile
  const amount = payOn(life, day)
  if (amount === 0) return
  bookNow(life, life.checking, day, {
    key: `pay:${day}`,
    direction: 'CREDIT',
    amountMinor: BigInt(amount),
    description: `${income.employer} DIRECT DEPOSIT`.toUpperCase(),
    transactionType: 'DIRECTDEPOSIT',
    payee: { name: income.employer },
  })
}

function payOn(life: Life, day: BankDay): number {
  const { income } = life.profile
  switch (income.every) {
    case 'two-weeks':
      return weekday(day) === 5 && Math.floor(day / 7) % 2 === 0 ? income.amount : 0
    case 'month':
      return isLastOfMonth(day) ? income.amount : 0
    case 'gig':
      return weekday(day) === 2 ? drawOn(life, day, 'pay').int(income.min, income.max) : 0
  }
}

function payRent(life: Life, day: BankDay): void {
  const { rent } = life.profile
  const firstOfMonth = day - dayOfMonth(day) + 1
  if (nextBusinessDay(firstOfMonth) !== day) return
  const check = rent.by === 'check' ? String(life.nextCheckNumber) : undefined
  if (check !== undefined) life.nextCheckNumber += 1
  bookNow(life, life.checking, day, {
    key: `rent:${monthIndex(day)}`,
    direction: 'DEBIT',
    amountMinor: BigInt(rent.amount),
    description: check === undefined ? `ONLINE PAYMENT ${rent.payee}`.toUpperCase() : `CHECK ${check}`,
    transactionType: check === undefined ? 'BILLPAYMENT' : 'CHECK',
    payee: { name: rent.payee },
    ...(check === undefined ? {} : { checkNumber: check }),
  })
}

function payRecurring(life: Life, day: BankDay): void {
  for (const each of life.profile.recurring) {
    if (dayOfMonth(day) !== each.day) continue
    const rises = Math.floor((day - life.startDay) / INCREASE_DAYS)
    const ledger = each.from === 'card' ? life.card : life.checking
    bookNow(life, ledger, day, {
      key: `recurring:${each.name}:${monthIndex(day)}`,
      direction: 'DEBIT',
      amountMinor: BigInt(each.amount + rises * (each.increase ?? 0)),
      description: `${each.name} ${each.from === 'card' ? 'RECURRING' : 'AUTOPAY'}`.toUpperCase(),
      transactionType: each.from === 'card' ? 'PURCHASE' : 'BILLPAYMENT',
      mcc: each.mcc,
      payee: { name: each.name, merchantId: idFor('m', each.name) },
      byCard: each.from === 'card',
    })
  }
}

function moveSavings(life: Life, day: BankDay): void {
  const { checking, savings, profile } = life
  if (dayOfMonth(day) === 2 && checking.balanceMinor > LOW_MINOR)
    transfer(life, day, { from: checking, to: savings, amountMinor: BigInt(profile.savesMonthly) })
  const cover = LOW_MINOR - checking.balanceMinor + COVER_MINOR
  if (profile.coversFromSavings && checking.balanceMinor < LOW_MINOR && savings.balanceMinor > cover) {
    transfer(life, day, { from: savings, to: checking, amountMinor: cover })
  }
  if (checking.balanceMinor > HIGH_MINOR)
    transfer(life, day, { from: checking, to: savings, amountMinor: HIGH_MINOR / 2n })
}

/** Moves money between two of a person's accounts. */
function transfer(
  life: Life,
  day: BankDay,
  { from, to, amountMinor }: { readonly from: Ledger; readonly to: Ledger; readonly amountMinor: bigint },
): void {
  const line = { amountMinor, transactionType: 'TRANSFER', key: `transfer:${day}:${from.account.kind}` }
  bookNow(life, from, day, {
    ...line,
    direction: 'DEBIT',
    description: `TRANSFER TO ${to.account.nickname}`.toUpperCase(),
  })
  bookNow(life, to, day, {
    ...line,
    direction: 'CREDIT',
    description: `TRANSFER FROM ${from.account.nickname}`.toUpperCase(),
  })
}

/** At most one overdraft fee a week. */
function chargeOverdraft(life: Life, day: BankDay): void {
  if (life.checking.balanceMinor >= 0n || weekday(day) !== 4) return
  bookNow(life, life.checking, day, {
    key: `overdraft:${day}`,
    direction: 'DEBIT',
    amountMinor: OVERDRAFT_FEE_MINOR,
    description: 'OVERDRAFT FEE',
    transactionType: 'FEE',
  })
}

function closeMonth(life: Life, day: BankDay): void {
  const interest = (life.savings.balanceMinor * BigInt(SAVINGS_RATE_BPS)) / 120_000n
  if (interest > 0n) {
    bookNow(life, life.savings, day, {
      key: `interest:${day}`,
      direction: 'CREDIT',
      amountMinor: interest,
      description: 'INTEREST PAID',
      transactionType: 'INTEREST',
    })
  }
  for (const ledger of ledgersOf(life)) {
    if (ledger.account.kind === 'CREDITCARD') continue
    ledger.statements.push({
      id: idFor('stmt', ledger.account.id, day),
      periodStart: isoDay(Math.max(life.startDay, day - dayOfMonth(day) + 1)),
      periodEnd: isoDay(day),
      closingBalanceMinor: ledger.balanceMinor,
    })
  }
}
