import { z } from 'zod'
import type { ListKind, ListPurpose } from '../fraud/index.ts'
import type { InstitutionId, Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** An entry of a list, as the console shows it. */
export type ShownEntry = {
  readonly id: string
  readonly purpose: ListPurpose
  readonly list: ListKind
  readonly key: string
  readonly reason: string
  /** Undefined: it waits for signatures. */
  readonly liveFrom: Instant | undefined
  readonly until: Instant
}

const entryRow = z
  .object({
    id: z.string(),
    purpose: z.enum(['allow', 'block', 'review']),
    list: z.enum(['cards', 'merchants', 'countries']),
    key: z.string(),
    reason: z.string(),
    live_from: instantColumn.nullable(),
    until_at: instantColumn,
  })
  .transform(({ live_from: liveFrom, until_at: until, ...rest }): ShownEntry => {
    return { ...rest, liveFrom: liveFrom ?? undefined, until }
  })

/** A bank's entries that count or wait for signatures, latest first, if its rules are this session's to read. Login `parley_console`. */
export async function listEntries(
  tx: Tx,
  session: Uint8Array,
  institution: InstitutionId,
): Promise<readonly ShownEntry[]> {
  const columns = 'id, purpose, list, key, reason, live_from, until_at'
  return await tx.rows(entryRow, `SELECT ${columns} FROM rules.entries($1, $2)`, [session, institution])
}

/** Forgets entries 30 days after their end and counts of more than 400 days ago; gives how many rows. Login `parley_console`. */
export async function sweepRuleBook(tx: Tx): Promise<number> {
  const row = await tx.one(z.object({ gone: z.coerce.number() }), 'SELECT rules.sweep() AS gone')
  return row.gone
}
