import type { Account, Entry, Payee } from '../world/book.ts'
import { exactNumber } from './exact-number.ts'

type Json = Readonly<Record<string, unknown>>

/** One FDX transaction: the amount is absolute, `debitCreditMemo` says which way the money went. */
export function transactionBody(account: Account, entry: Entry): Json {
  const card = account.kind === 'CREDITCARD'
  return {
    accountCategory: card ? 'LOC_ACCOUNT' : 'DEPOSIT_ACCOUNT',
    transactionId: entry.id,
    ...(entry.referenceId === undefined ? {} : { referenceTransactionId: entry.referenceId }),
    ...(entry.postedAt === undefined ? {} : { postedTimestamp: entry.postedAt }),
    transactionTimestamp: entry.authorizedAt,
    ...(entry.cardDisplay === undefined ? {} : { cardNumberDisplay: entry.cardDisplay }),
    description: entry.description,
    debitCreditMemo: entry.direction,
    ...(entry.mcc === undefined ? {} : { category: entry.mcc, subCategory: 'MCC' }),
    status: entry.status,
    amount: exactNumber(entry.amountMinor, account.currency),
    ...(entry.foreign === undefined ? {} : foreignFields(entry.foreign)),
    transactionType: entry.transactionType,
    ...(entry.checkNumber === undefined ? {} : { checkNumber: Number(entry.checkNumber) }),
    ...(entry.payee === undefined ? {} : payeeFields(entry.payee)),
  }
}

/** `fxRate` is units of the account's currency for one of the foreign one. */
function foreignFields(foreign: NonNullable<Entry['foreign']>): Json {
  return {
    foreignAmount: exactNumber(foreign.amountMinor, foreign.currency),
    foreignCurrency: foreign.currency,
    fxRate: Number(foreign.rate),
  }
}

/** FDX 6.x `transactionPayee`; `geographicCoordinates` is this bank's extension. No place is invented when none is known. */
function payeeFields(payee: Payee): Json {
  const { place } = payee
  return {
    payee: payee.name,
    transactionPayee: {
      merchantName: payee.name,
      ...(payee.merchantId === undefined ? {} : { merchantId: payee.merchantId }),
      ...(payee.phone === undefined ? {} : { phone: { number: payee.phone } }),
      ...(place === undefined
        ? {}
        : {
            address: {
              line1: place.line1,
              city: place.city,
              region: place.region,
              postalCode: place.postalCode,
              country: place.country,
            },
            ...(place.latitude === undefined || place.longitude === undefined
              ? {}
              : { geographicCoordinates: { latitude: place.latitude, longitude: place.longitude } }),
          }),
    },
  }
}
