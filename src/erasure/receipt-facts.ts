import type { CanonicalValue, Instant } from '../kernel/index.ts'
import type { ErasureId, ErasureSummary, HeldRecord } from './erasure-store.ts'

/** What a receipt is made of. */
export type ReceiptInput = {
  readonly erasure: ErasureId
  readonly summary: ErasureSummary
  readonly databaseBackupDays: number
}

/** The word for what became of Parley's access at a bank. */
const bankWords: { readonly [outcome: string]: string | undefined } = {
  kept: 'could-not-be-told',
  nothing: 'nothing-was-held',
  revoked: 'taken-back',
  unknown: 'already-gone-at-bank',
  unreachable: 'bank-never-answered',
  untold: 'could-not-be-told',
}

/**
 * What an erasure's receipt says, as codes, counts and dates: what was destroyed, what is kept and why and until when, what is
 * outside our reach, what each bank said, and the last day on which any copy of a key can exist. No id of the person's is in it
 * but the erasure's own.
 */
export function receiptFacts({
  erasure,
  summary,
  databaseBackupDays,
}: ReceiptInput): Readonly<Record<string, CanonicalValue>> {
  const { begunAt, keysDestroyedAt, lastCopyAt, wasCustomer, banks, held, removed } = summary
  return {
    erasure,
    asked: wasCustomer ? 'with-passkey' : 'in-chat-never-linked',
    stoppedAt: secondsOf(begunAt),
    keys: wasCustomer ? ['customer', 'banks', 'conversations', 'passkeys'] : ['conversation'],
    keysAt: secondsOf(keysDestroyedAt),
    lastKeyCopyDay: dayOf(lastCopyAt),
    lastDatabaseBackupDay: dayOf(keysDestroyedAt + databaseBackupDays * dayMs),
    removed: removed.filter(({ rows }) => rows > 0).map(({ table, rows }) => ({ table, rows })),
    kept: wasCustomer ? [...keptOf(held), logEntries] : [],
    notDeleted: ['messages-in-messenger'],
    banks: Object.entries(banks)
      .map(([institution, outcome]) => ({ institution, outcome: bankWords[outcome] ?? 'could-not-be-told' }))
      .sort((one, other) => (one.institution < other.institution ? -1 : 1)),
  }
}

const dayMs = 24 * 60 * 60 * 1000

// Entries of looks: random ids and a commitment whose salt nobody can open any more. The log could not be verified without them.
const logEntries = {
  item: 'log-entries',
  basis: '12 CFR 1033.441',
  until: null,
  how: 'without-a-name-or-a-key',
} as const

function keptOf(held: readonly HeldRecord[]): readonly CanonicalValue[] {
  return held.map(({ record, item, basis, keptUntil }) => ({
    item,
    basis,
    until: dayOf(keptUntil),
    how: 'sealed-under-hold-key',
    record,
  }))
}

function secondsOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
