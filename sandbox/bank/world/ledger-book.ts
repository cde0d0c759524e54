import type { AccountBook, Entry } from './book.ts'
import { isoInstant } from './calendar.ts'
import type { BankDay } from './calendar.ts'
import { billOn, effectOf, entryOn } from './ledger.ts'
import type { Ledger } from './ledger.ts'

/** Everything about an account as of a day: booked lines make the balance, pending ones narrow what is available. */
export function bookOfLedger(ledger: Ledger, today: BankDay): AccountBook {
  const { account } = ledger
  const known = ledger.bookings.filter((booking) => booking.authDay <= today)
  const entries = known.map((booking) => entryOn(account, booking, today)).sort(newestFirst)
  const bill = billOn(ledger, today)
  return {
    account,
    currentMinor: ledger.balanceMinor,
    availableMinor: available(ledger, entries),
    asOf: isoInstant(today, 0),
    entries,
    ...(bill === undefined ? {} : { bill }),
    statements: [...ledger.statements].reverse(),
    declines: ledger.declines.filter((decline) => decline.day < today).reverse(),
  }
}

function available({ account, balanceMinor }: Ledger, entries: readonly Entry[]): bigint {
  const pendingDebits = entries
    .filter((entry) => entry.status === 'PENDING' && entry.direction === 'DEBIT')
    .reduce((sum, entry) => sum + effectOf(account, entry), 0n)
  const afterPending = balanceMinor + pendingDebits
  return account.kind === 'CREDITCARD' ? (account.creditLineMinor ?? 0n) - afterPending : afterPending
}

function newestFirst(a: Entry, b: Entry): number {
  const at = (entry: Entry): string => entry.postedAt ?? entry.authorizedAt
  const byStatus = Number(a.status === 'POSTED') - Number(b.status === 'POSTED')
  return byStatus || compare(at(b), at(a)) || compare(b.authorizedAt, a.authorizedAt) || compare(a.id, b.id)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
