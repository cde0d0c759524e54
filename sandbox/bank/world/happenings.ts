import { effectOf } from './ledger.ts'
import type { AccountBook, Entry, World } from './book.ts'
import { idFor } from './random.ts'

/** What the demo's operator can let happen to a person. */
export const HAPPENINGS = ['bill-due', 'refund', 'charged-twice'] as const
/** One of them. */
export type Happening = (typeof HAPPENINGS)[number]

/** A bill that is made to fall due does so in so many days. */
const DUE_DAYS = 2
/** Between the two charges of one payment. */
const AGAIN_MS = 3 * 60_000
/** Merchants whose same fares and fees come twice a day by nature. */
const TWICE_BY_NATURE = /^(41|47|752|6011)/

/** A world in which things can be made to happen. */
export type EventfulWorld = World & {
  /** Lets it happen now, for as long as this process runs; false when nothing of the person's fits. */
  happen(personId: string, what: Happening): boolean
}

/** Lays over the told histories what is made to happen; the histories stay as they are. */
export function withHappenings(world: World, now: () => number): EventfulWorld {
  const added = new Map<string, Entry[]>()
  const dueOn = new Map<string, string>()
  let happened = 0

  function book(accountId: string): AccountBook | undefined {
    const told = world.book(accountId)
    const entries = added.get(accountId) ?? []
    const due = dueOn.get(accountId)
    if (told === undefined || (entries.length === 0 && due === undefined)) return told
    return { ...withEntries(told, entries), ...withBill(told, due) }
  }

  function add(accountId: string, entry: Omit<Entry, 'id' | 'status' | 'postedAt'>): void {
    happened += 1
    const id = idFor('txn', accountId, `happened:${now()}:${happened}`)
    const booked: Entry = { ...entry, id, status: 'POSTED', postedAt: entry.authorizedAt }
    added.set(accountId, [booked, ...(added.get(accountId) ?? [])])
  }

  function happen(personId: string, what: Happening): boolean {
    const books = world.accountsOf(personId).flatMap(({ id }) => book(id) ?? [])
    if (what === 'bill-due') {
      const billed = books.find(({ bill }) => bill !== undefined)
      if (billed === undefined) return false
      dueOn.set(billed.account.id, new Date(now() + DUE_DAYS * 86_400_000).toISOString().slice(0, 10))
      return true
    }
    const bought = books.flatMap(({ account, entries }) =>
      entries.filter(isPurchase).map((entry) => ({ accountId: account.id, entry })),
    )
    const [newest] = bought.sort((a, b) => b.entry.authorizedAt.localeCompare(a.entry.authorizedAt))
    if (newest === undefined) return false
    const { accountId, entry } = newest
    const { id: _id, status: _status, postedAt: _postedAt, referenceId: _reference, ...same } = entry
    if (what === 'refund') {
      const authorizedAt = new Date(now()).toISOString()
      add(accountId, { ...same, authorizedAt, direction: 'CREDIT', transactionType: 'REFUND' })
      return true
    }
    for (const ago of [AGAIN_MS, 0]) add(accountId, { ...same, authorizedAt: new Date(now() - ago).toISOString() })
    return true
  }

  return { ...world, book, happen }
}

function isPurchase({ direction, payee, mcc, foreign }: Entry): boolean {
  return direction === 'DEBIT' && payee !== undefined && foreign === undefined && !TWICE_BY_NATURE.test(mcc ?? '6011')
}

function withEntries(told: AccountBook, entries: readonly Entry[]): AccountBook {
  const { account } = told
  const change = entries.reduce((sum, entry) => sum + effectOf(account, entry), 0n)
  return {
    ...told,
    entries: [...entries, ...told.entries],
    currentMinor: told.currentMinor + change,
    availableMinor: told.availableMinor + (account.kind === 'CREDITCARD' ? -change : change),
  }
}

// A bill that was paid already asks for its balance again: in a demo somebody wants to see one fall due.
function withBill({ bill }: AccountBook, dueDate: string | undefined): Pick<AccountBook, 'bill'> {
  if (bill === undefined || dueDate === undefined) return bill === undefined ? {} : { bill }
  const { autopay: _autopay, ...byHand } = bill
  const total = bill.totalDueMinor > 0n ? bill.totalDueMinor : bill.statementBalanceMinor
  const minimum = bill.minimumDueMinor > 0n ? bill.minimumDueMinor : total
  return { bill: { ...byHand, dueDate, totalDueMinor: total, minimumDueMinor: minimum, pastDueMinor: 0n } }
}
