import type { Account, AccountBook, CardBill, Entry, Payee, Statement } from '../world/book.ts'
import { idFor } from '../world/random.ts'
import { textOf } from './parse-tree.ts'
import type { OfxClosing, OfxStatement, OfxTransaction } from './read-statements.ts'

/** Characters of a bank's text kept; banks write whole sentences into names. */
const TEXT_LENGTH_MAX = 255

/** OFX transaction types in FDX's words, deposit accounts first, cards second. */
const TYPES: Readonly<Record<string, readonly [string, string]>> = {
  CREDIT: ['DEPOSIT', 'ADJUSTMENT'],
  DEBIT: ['WITHDRAWAL', 'PURCHASE'],
  INT: ['INTEREST', 'INTEREST'],
  DIV: ['DIVIDEND', 'ADJUSTMENT'],
  FEE: ['FEE', 'FEE'],
  SRVCHG: ['FEE', 'FEE'],
  DEP: ['DEPOSIT', 'PAYMENT'],
  ATM: ['ATMWITHDRAWAL', 'WITHDRAWAL'],
  POS: ['POSDEBIT', 'PURCHASE'],
  XFER: ['TRANSFER', 'PAYMENT'],
  CHECK: ['CHECK', 'CHECK'],
  PAYMENT: ['BILLPAYMENT', 'PAYMENT'],
  CASH: ['WITHDRAWAL', 'WITHDRAWAL'],
  DIRECTDEP: ['DIRECTDEPOSIT', 'PAYMENT'],
  DIRECTDEBIT: ['BILLPAYMENT', 'PURCHASE'],
  REPEATPMT: ['BILLPAYMENT', 'PURCHASE'],
}

const COUNTRIES: Readonly<Record<string, string>> = {
  USA: 'US',
  CAN: 'CA',
  GBR: 'GB',
  FRA: 'FR',
  DEU: 'DE',
  ESP: 'ES',
  PRT: 'PT',
  BRA: 'BR',
  AUS: 'AU',
  NZL: 'NZ',
  MEX: 'MX',
}

/** What one or several statements of the same account say together. */
export function bookOfStatements(
  personId: string,
  statements: readonly OfxStatement[],
  closings: readonly OfxClosing[],
): AccountBook {
  const newest = statements.reduce((latest, each) => (each.asOf > latest.asOf ? each : latest))
  const card = newest.kind === 'CREDITCARD'
  const unsigned = card && isUnsigned(newest)
  const current = card && !unsigned ? -newest.ledgerMinor : newest.ledgerMinor
  const available = unsigned ? undefined : newest.availableMinor
  const ordered = closings.toSorted((a, b) => b.closedAt - a.closedAt)
  const limit = ordered.find((closing) => closing.limitMinor !== undefined)?.limitMinor
  const creditLine = limit ?? (card && available !== undefined ? available + current : undefined)
  const account = accountOf(personId, newest, creditLine)
  const entries = entriesOf(
    account,
    statements.flatMap((each) => each.transactions),
  )
  const bill = card && ordered[0] !== undefined ? billOf(ordered[0], entries) : undefined
  return {
    account,
    currentMinor: current,
    availableMinor: available ?? (card ? (creditLine ?? current) - current : current),
    asOf: new Date(newest.asOf).toISOString(),
    entries,
    ...(bill === undefined ? {} : { bill }),
    statements: ordered.map((closing) => statementOf(account, closing)),
    declines: [],
  }
}

/**
 * On cards a negative LEDGERBAL is owed. Some banks print what is owed without a sign and copy the figure into AVAILBAL:
 * a positive balance that equals the available one is such a copy, not money in the customer's favour.
 */
function isUnsigned({ ledgerMinor, availableMinor }: OfxStatement): boolean {
  return ledgerMinor > 0n && ledgerMinor === availableMinor
}

function accountOf(personId: string, statement: OfxStatement, creditLineMinor: bigint | undefined): Account {
  const word = { CHECKING: 'Checking', SAVINGS: 'Savings', CREDITCARD: 'Credit card' }[statement.kind]
  const display = statement.accountId.replaceAll(/[^0-9A-Za-z]/g, '').slice(-4)
  return {
    id: idFor('acc', 'ofx', statement.bankId, statement.accountId, statement.kind),
    personId,
    kind: statement.kind,
    productName: word,
    nickname: clip(
      statement.title ?? (statement.institution === undefined ? word : `${statement.institution} ${word}`),
    ),
    display,
    currency: statement.currency,
    ...(statement.kind === 'CREDITCARD' ? { cardDisplay: display } : {}),
    ...(creditLineMinor === undefined ? {} : { creditLineMinor }),
  }
}

/**
 * Downloads overlap: the same FITID with the same day, amount and name is the same transaction. A bank that reuses a FITID
 * for something else keeps both; lines without FITID are all kept.
 */
function entriesOf(account: Account, transactions: readonly OfxTransaction[]): readonly Entry[] {
  const seen = new Map<string, number>()
  const entries: Entry[] = []
  for (const each of transactions) {
    const content = [each.postedAt, each.amountMinor, each.name, each.pending].join('|')
    const key = `${each.fitId ?? ''}|${content}`
    const times = seen.get(key) ?? 0
    if (times > 0 && each.fitId !== undefined) continue
    seen.set(key, times + 1)
    entries.push(entryOf(account, each, `${key}|${times}`))
  }
  return entries.sort(
    (a, b) => compare(b.postedAt ?? b.authorizedAt, a.postedAt ?? a.authorizedAt) || compare(a.id, b.id),
  )
}

function entryOf(account: Account, transaction: OfxTransaction, key: string): Entry {
  const { amountMinor, foreign, checkNumber, sic, pending, memo, name } = transaction
  const words = memo === undefined || memo === name || name === '' ? (memo ?? name) : `${name} ${memo}`
  return {
    id: idFor(pending ? 'auth' : 'txn', account.id, key),
    status: pending ? 'PENDING' : 'POSTED',
    direction: amountMinor < 0n ? 'DEBIT' : 'CREDIT',
    amountMinor: amountMinor < 0n ? -amountMinor : amountMinor,
    description: clip(words === '' ? transaction.type : words),
    authorizedAt: new Date(transaction.userAt ?? transaction.postedAt).toISOString(),
    ...(pending ? {} : { postedAt: new Date(transaction.postedAt).toISOString() }),
    transactionType: typeOf(account, transaction),
    ...(sic !== undefined && /^\d{4}$/.test(sic) ? { mcc: sic } : {}),
    ...(name === '' ? {} : { payee: payeeOf(transaction) }),
    ...(foreign === undefined ? {} : { foreign }),
    ...(checkNumber !== undefined && /^[1-9]\d{0,14}$/.test(checkNumber) ? { checkNumber } : {}),
  }
}

function typeOf(account: Account, { type, amountMinor }: OfxTransaction): string {
  const credit = amountMinor >= 0n
  if (account.kind === 'CREDITCARD') return TYPES[type]?.[1] ?? (credit ? 'ADJUSTMENT' : 'PURCHASE')
  if (credit && type === 'ATM') return 'ATMDEPOSIT'
  if (credit && type === 'POS') return 'POSCREDIT'
  return TYPES[type]?.[0] ?? (credit ? 'DEPOSIT' : 'WITHDRAWAL')
}

/** A place only when the file has one. */
function payeeOf({ payee, name }: OfxTransaction): Payee {
  const city = textOf(payee, 'CITY')
  const phone = textOf(payee, 'PHONE')
  const country = textOf(payee, 'COUNTRY')?.toUpperCase() ?? 'USA'
  return {
    name: clip(name),
    ...(phone === undefined ? {} : { phone }),
    ...(city === undefined
      ? {}
      : {
          place: {
            line1: textOf(payee, 'ADDR1') ?? '',
            city,
            region: textOf(payee, 'STATE') ?? '',
            postalCode: textOf(payee, 'POSTALCODE') ?? '',
            country: COUNTRIES[country] ?? country,
          },
        }),
  }
}

/** What is left of the newest closing after the payments booked since. */
function billOf(closing: OfxClosing, entries: readonly Entry[]): CardBill {
  const paid = entries
    .filter((entry) => entry.direction === 'CREDIT' && entry.transactionType === 'PAYMENT')
    .filter((entry) => Date.parse(entry.postedAt ?? entry.authorizedAt) > closing.closedAt)
    .reduce((sum, entry) => sum + entry.amountMinor, 0n)
  const left = (of: bigint): bigint => (of > paid ? of - paid : 0n)
  const owed = -closing.balanceMinor
  const { lastPayment } = closing
  return {
    statementDate: day(closing.closedAt),
    statementBalanceMinor: owed,
    totalDueMinor: left(owed),
    minimumDueMinor: left(magnitude(closing.minimumMinor)),
    dueDate: day(closing.dueAt),
    pastDueMinor: magnitude(closing.pastDueMinor),
    ...(closing.autopay ? { autopay: { amountMinor: left(owed), date: day(closing.dueAt) } } : {}),
    ...(lastPayment === undefined
      ? {}
      : { lastPayment: { amountMinor: magnitude(lastPayment.amountMinor), date: day(lastPayment.at) } }),
  }
}

function statementOf(account: Account, closing: OfxClosing): Statement {
  return {
    id: idFor('stmt', account.id, closing.closedAt),
    periodStart: day(closing.opening ?? closing.closedAt - 30 * 86_400_000),
    periodEnd: day(closing.closedAt),
    closingBalanceMinor: -closing.balanceMinor,
  }
}

function magnitude(minor: bigint): bigint {
  return minor < 0n ? -minor : minor
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function clip(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, TEXT_LENGTH_MAX)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
