import { z } from 'zod'
import { instantColumn, bigintColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { bankId } from './standing-store.ts'

/** What an auditor asks for; everything that is left out does not matter. */
export type AuditFilter = {
  readonly bank?: string | undefined
  /** A pseudonym that this very session was shown. */
  readonly customer?: string | undefined
  readonly purpose?: string | undefined
  readonly platform?: string | undefined
  readonly channel?: string | undefined
  /** `2026-11-22`, UTC. */
  readonly day?: string | undefined
  /** An entry's public id, as receipts and the privacy centre show it. */
  readonly entry?: string | undefined
}

/** Entries on one page. */
export const auditRowsMax = 50

/** How a row stands in the log. `changed`: it is no longer what was merged. */
export const auditProofs = ['published', 'merged', 'waiting', 'changed'] as const
export type AuditProof = (typeof auditProofs)[number]

/**
 * Writes down that this session looks at these entries, and gives how many there are: nothing of them can be read until this has been committed
 * ({@link readAuditRows} must be another transaction). Login `parley_console`. SQLSTATE 42501: this person may not.
 */
export async function beginAuditLook(
  tx: Tx,
  look: {
    readonly id: string
    readonly session: Uint8Array
    readonly filter: AuditFilter
    readonly before?: bigint | undefined
  },
): Promise<number> {
  const asked = Object.fromEntries(Object.entries(look.filter).filter(([, value]) => value !== undefined))
  const row = await tx.one(
    z.object({ entries: z.number() }),
    'SELECT console.begin_audit_look($1, $2, $3::jsonb, $4, $5) AS entries',
    [look.session, look.id, JSON.stringify(asked), look.before ?? null, auditRowsMax],
  )
  return row.entries
}

const auditRow = z.object({
  seq: bigintColumn,
  id: z.string(),
  at: instantColumn,
  event: z.enum(['opened', 'disclosed']),
  customer: z.string(),
  institution: bankId,
  channel: z.string(),
  data_class: z.string(),
  purpose: z.string(),
  level: z.string().nullable(),
  place: z.string().nullable(),
  proof: z.enum(auditProofs),
})

/** One entry, its customer under a pseudonym of this session. */
export type AuditRow = z.infer<typeof auditRow>

/** The entries of a look that an earlier transaction committed, newest first; none for any other. Login `parley_console`. */
export function readAuditRows(
  tx: Tx,
  look: { readonly id: string; readonly session: Uint8Array },
): Promise<readonly AuditRow[]> {
  return tx.rows(
    auditRow,
    `SELECT seq, id, at, event, customer, institution, channel, data_class, purpose, level, place, proof
     FROM console.audit_rows($1, $2)`,
    [look.session, look.id],
  )
}

const lookRow = z.object({ at: instantColumn, login: z.string(), entries: z.number() })

/** That somebody looked at a page of the record. */
export type AuditLook = z.infer<typeof lookRow>

const looksMax = 10

/** The latest looks at the record, by whom. Login `parley_console`. */
export function listAuditLooks(tx: Tx, session: Uint8Array): Promise<readonly AuditLook[]> {
  return tx.rows(lookRow, 'SELECT at, login, entries FROM console.audit_looks($1, $2)', [session, looksMax])
}

/** Forgets looks of more than three years ago; gives how many. For a sweeper. */
export async function sweepAuditLooks(tx: Tx): Promise<number> {
  const row = await tx.one(z.object({ gone: bigintColumn }), 'SELECT console.sweep() AS gone')
  return Number(row.gone)
}
