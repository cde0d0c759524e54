import type { Account, AccountBook, Decline, Entry, World } from '../world/book.ts'
import { effectOf } from '../world/ledger.ts'
import { cardDescription } from '../world/merchants.ts'
import { idFor } from '../world/random.ts'
import type { CardUse } from './card-use-book.ts'

/** Lays card uses over the told histories: approved ones are pending until they are completed, refused ones are declines. */
export function withCardUses(world: World, uses: () => readonly CardUse[]): World {
  function book(accountId: string): AccountBook | undefined {
    const told = world.book(accountId)
    const own = uses().filter((use) => use.accountId === accountId)
    return told === undefined || own.length === 0 ? told : withUses(told, own)
  }
  return { ...world, book }
}

function withUses(told: AccountBook, uses: readonly CardUse[]): AccountBook {
  const { account } = told
  const entries = uses.flatMap((use) => entryOf(account, use, uses) ?? []).reverse()
  const declines = uses.flatMap((use) => (use.outcome === 'declined' ? [declineOf(use)] : [])).reverse()
  const change = (some: readonly Entry[]): bigint => some.reduce((sum, entry) => sum + effectOf(account, entry), 0n)
  const held = change(entries)
  return {
    ...told,
    currentMinor: told.currentMinor + change(entries.filter(({ status }) => status === 'POSTED')),
    availableMinor: told.availableMinor + (account.kind === 'CREDITCARD' ? -held : held),
    entries: [...entries, ...told.entries].sort(
      (a, b) => Number(a.status === 'POSTED') - Number(b.status === 'POSTED'),
    ),
    declines: [...declines, ...told.declines],
  }
}

/** The line of an account that a use stands for; undefined for what is none, or stands in another line. */
function entryOf(account: Account, use: CardUse, uses: readonly CardUse[]): Entry | undefined {
  const origin = use.of ?? use.reference
  const pendingId = idFor('auth', account.id, origin)
  const postedId = idFor('txn', account.id, origin)
  const line = lineOf(account, use)
  if (use.kind === 'authorization') {
    const isOver = uses.some(({ of, kind }) => of === use.reference && kind !== 'refund')
    return use.outcome === 'approved' && !isOver ? { ...line, id: pendingId, status: 'PENDING' } : undefined
  }
  const postedAt = new Date(use.createdAt).toISOString()
  if (use.kind === 'completion') {
    const asked = uses.find(({ reference }) => reference === origin)
    const authorizedAt = asked === undefined ? line.authorizedAt : new Date(asked.createdAt).toISOString()
    return { ...line, id: postedId, referenceId: pendingId, status: 'POSTED', authorizedAt, postedAt }
  }
  if (use.kind !== 'refund') return undefined
  return {
    ...line,
    ...{ id: idFor('txn', account.id, use.reference), referenceId: postedId, status: 'POSTED', postedAt },
    ...{ direction: 'CREDIT', transactionType: 'REFUND', description: `REFUND ${line.description}` },
  }
}

function lineOf(account: Account, use: CardUse): Omit<Entry, 'id' | 'status'> {
  return {
    direction: 'DEBIT',
    amountMinor: BigInt(use.amountMinor),
    description: cardDescription(use.payee),
    authorizedAt: new Date(use.createdAt).toISOString(),
    transactionType: account.kind === 'CREDITCARD' ? 'PURCHASE' : 'POSDEBIT',
    mcc: use.mcc,
    payee: use.payee,
    ...(account.cardDisplay === undefined ? {} : { cardDisplay: account.cardDisplay }),
  }
}

function declineOf(use: CardUse): Decline {
  return {
    id: idFor('decl', use.accountId, use.reference),
    at: new Date(use.createdAt).toISOString(),
    amountMinor: BigInt(use.amountMinor),
    reason: use.because === 'card-not-active' ? 'CARD_FROZEN' : 'SUSPECTED_FRAUD',
    payee: use.payee,
    mcc: use.mcc,
  }
}
