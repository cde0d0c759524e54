import { isoDay, monthIndex } from './calendar.ts'
import type { BankDay } from './calendar.ts'
import { bookNow, drawOn } from './life.ts'
import type { Life } from './life.ts'
import { idFor } from './random.ts'

/** From the statement to the day it is due. */
const DAYS_TO_PAY = 25
/** Automatic payment runs this long before the due day. */
const AUTOPAY_DAYS_BEFORE = 3
const MINIMUM_FLOOR_MINOR = 3_500n
const MINIMUM_PERCENT = 2n
const LATE_FEE_MINOR = 2_900n

/** Closes the card's month: interest on what was carried, then the statement and its bill. */
export function cutStatement(life: Life, day: BankDay): void {
  const { card, profile } = life
  const before = card.openBill
  chargeInterest(life, day)
  const balance = card.balanceMinor
  const carried =
    before === undefined || before.paidMinor >= before.minimumMinor ? 0n : before.minimumMinor - before.paidMinor
  const minimum =
    balance <= 0n ? 0n : smaller(balance, larger(MINIMUM_FLOOR_MINOR, (balance * MINIMUM_PERCENT) / 100n) + carried)
  const dueDay = day + DAYS_TO_PAY
  card.openBill = {
    statementDay: day,
    dueDay,
    balanceMinor: balance,
    minimumMinor: minimum,
    carriedMinor: smaller(carried, minimum),
    ...(profile.card.pays === 'by-hand' || balance <= 0n
      ? {}
      : {
          autopay: { day: dueDay - AUTOPAY_DAYS_BEFORE, amountMinor: profile.card.pays === 'full' ? balance : minimum },
        }),
    paidMinor: 0n,
  }
  card.statements.push({
    id: idFor('stmt', card.account.id, day),
    periodStart: isoDay(before === undefined ? life.startDay : before.statementDay + 1),
    periodEnd: isoDay(day),
    closingBalanceMinor: balance,
  })
}

/** Pays the card bill when its day comes: automatically, or by hand, now and then too late. */
export function payCard(life: Life, day: BankDay): void {
  const bill = life.card.openBill
  if (bill === undefined || bill.balanceMinor <= 0n) return
  if (bill.autopay?.day === day) pay(life, day, bill.autopay.amountMinor, 'AUTOPAY')
  if (life.profile.card.pays !== 'by-hand') return
  const draw = drawOn(life, bill.statementDay, 'bill')
  const late = draw.chance(300)
  const payDay = bill.dueDay + (late ? draw.int(2, 4) : -draw.int(1, 9))
  if (day === bill.dueDay + 1 && bill.paidMinor < bill.minimumMinor) chargeLateFee(life, day)
  if (day === payDay)
    pay(life, day, smaller(bill.balanceMinor, bill.minimumMinor + BigInt(draw.int(0, 40) * 1_000)), 'ONLINE PAYMENT')
}

function pay(life: Life, day: BankDay, wanted: bigint, how: string): void {
  const { card, checking } = life
  const amountMinor = smaller(wanted, card.balanceMinor)
  if (amountMinor <= 0n || card.openBill === undefined) return
  const line = { key: `card-payment:${day}`, amountMinor }
  bookNow(life, checking, day, {
    ...line,
    direction: 'DEBIT',
    description: `${how} ${card.account.productName} ENDING ${card.account.display}`.toUpperCase(),
    transactionType: 'BILLPAYMENT',
    payee: { name: `First Valley ${card.account.productName}` },
  })
  bookNow(life, card, day, {
    ...line,
    direction: 'CREDIT',
    description: `${how} THANK YOU`,
    transactionType: 'PAYMENT',
  })
  card.openBill.paidMinor += amountMinor
  card.lastPayment = { amountMinor, day }
}

/** A month's interest on what was left of the last statement; nobody who paid in full pays any. */
function chargeInterest(life: Life, day: BankDay): void {
  const { card } = life
  const bill = card.openBill
  if (bill === undefined || bill.paidMinor >= bill.balanceMinor) return
  const interest = ((bill.balanceMinor - bill.paidMinor) * BigInt(life.profile.card.aprBps)) / 120_000n
  if (interest <= 0n) return
  bookNow(life, card, day, {
    key: `interest:${monthIndex(day)}`,
    direction: 'DEBIT',
    amountMinor: interest,
    description: 'INTEREST CHARGED ON PURCHASES',
    transactionType: 'INTEREST',
  })
}

function chargeLateFee(life: Life, day: BankDay): void {
  bookNow(life, life.card, day, {
    key: `late:${day}`,
    direction: 'DEBIT',
    amountMinor: LATE_FEE_MINOR,
    description: 'LATE PAYMENT FEE',
    transactionType: 'FEE',
  })
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
