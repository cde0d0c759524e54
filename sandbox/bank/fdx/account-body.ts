import type { Consent } from '../authorization/consents.ts'
import type { AccountBook, CardBill } from '../world/book.ts'
import type { Switches } from '../switches.ts'
import { exactNumber } from './exact-number.ts'

type Json = Readonly<Record<string, unknown>>

/** The short form of an account (FDX account descriptor). */
export function accountDescriptor({ account }: AccountBook): Json {
  return {
    accountCategory: account.kind === 'CREDITCARD' ? 'LOC_ACCOUNT' : 'DEPOSIT_ACCOUNT',
    accountId: account.id,
    accountType: account.kind,
    accountNumberDisplay: account.display,
    productName: account.productName,
    nickname: account.nickname,
    status: 'OPEN',
    currency: { currencyCode: account.currency },
    balanceType: account.kind === 'CREDITCARD' ? 'LIABILITY' : 'ASSET',
  }
}

/** The full form: what the consent's clusters allow, nothing else. */
export function accountDetails(book: AccountBook, consent: Consent, switches: Switches): Json {
  const detailed = consent.clusters.includes('ACCOUNT_DETAILED')
  return {
    ...accountDescriptor(book),
    // Not in FDX: this bank's extension.
    ...(book.account.cardExpires === undefined ? {} : { cardExpires: book.account.cardExpires }),
    ...(detailed || consent.clusters.includes('BALANCES') ? balances(book) : {}),
    ...(detailed || consent.clusters.includes('BILLS') ? bills(book, switches) : {}),
    ...(detailed || consent.clusters.includes(rateCluster(book)) ? rates(book) : {}),
  }
}

/** On cards `currentBalance` is what is owed, positive, as FDX's own samples have it. */
function balances({ account, currentMinor, availableMinor, asOf }: AccountBook): Json {
  const amount = (minor: bigint): number => exactNumber(minor, account.currency)
  if (account.kind !== 'CREDITCARD') {
    return { balanceAsOf: asOf, currentBalance: amount(currentMinor), availableBalance: amount(availableMinor) }
  }
  return {
    balanceAsOf: asOf,
    currentBalance: amount(currentMinor),
    ...(account.creditLineMinor === undefined
      ? {}
      : { creditLine: amount(account.creditLineMinor), availableCredit: amount(availableMinor) }),
  }
}

function bills(book: AccountBook, switches: Switches): Json {
  const { bill, account } = book
  if (account.kind !== 'CREDITCARD' || bill === undefined) return {}
  const old = switches.oldFields || switches.onlyOldFields ? oldBillFields(bill, account.currency) : {}
  return switches.onlyOldFields ? old : { bills: [newBill(bill, account.currency)], ...old }
}

/** FDX 6.4 `bills[]`. `statementBalance` and `pastDueAmount` are negative when the customer owes. */
function newBill(bill: CardBill, currency: string): Json {
  const amount = (minor: bigint): number => exactNumber(minor, currency)
  const owed = (minor: bigint): number => (minor === 0n ? 0 : amount(-minor))
  return {
    totalPaymentDue: amount(bill.totalDueMinor),
    minimumPaymentDue: amount(bill.minimumDueMinor),
    dueDate: bill.dueDate,
    autoPayEnabled: bill.autopay !== undefined,
    ...(bill.autopay === undefined
      ? {}
      : { autoPayAmount: amount(bill.autopay.amountMinor), autoPayDate: bill.autopay.date }),
    pastDueAmount: owed(bill.pastDueMinor),
    ...(bill.lastPayment === undefined
      ? {}
      : { lastPaymentAmount: amount(bill.lastPayment.amountMinor), lastPaymentDate: bill.lastPayment.date }),
    statementBalance: owed(bill.statementBalanceMinor),
    statementDate: bill.statementDate,
  }
}

/** The fields before 6.4, positive when the customer owes. */
function oldBillFields(bill: CardBill, currency: string): Json {
  const amount = (minor: bigint): number => exactNumber(minor, currency)
  return {
    nextPaymentAmount: amount(bill.totalDueMinor),
    nextPaymentDate: bill.dueDate,
    minimumPaymentAmount: amount(bill.minimumDueMinor),
    pastDueAmount: amount(bill.pastDueMinor),
    lastStmtBalance: amount(bill.statementBalanceMinor),
    lastStmtDate: bill.statementDate,
    ...(bill.lastPayment === undefined
      ? {}
      : { lastPaymentAmount: amount(bill.lastPayment.amountMinor), lastPaymentDate: bill.lastPayment.date }),
  }
}

/** What a card charges stands on its bill, what an account pays beside its balance. */
function rateCluster({ account }: AccountBook): 'BILLS' | 'BALANCES' {
  return account.kind === 'CREDITCARD' ? 'BILLS' : 'BALANCES'
}

function rates({ account }: AccountBook): Json {
  return {
    ...(account.purchasesAprBps === undefined ? {} : { purchasesApr: account.purchasesAprBps / 100 }),
    ...(account.interestBps === undefined ? {} : { interestRate: account.interestBps / 100 }),
  }
}
