import { z } from 'zod'
import type { Instant } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** How many rows of a table are about the customer, and until when the last of them is kept. */
export type StoredRows = { readonly table: string; readonly count: number; readonly until: Instant | undefined }

const countRow = z
  .object({ name: z.string(), rows: bigintColumn, until: instantColumn.nullable() })
  .transform(({ name, rows, until }): StoredRows => ({ table: name, count: Number(rows), until: until ?? undefined }))

const vaultRow = z.object({ bank_tokens: bigintColumn, sealed_answers: bigintColumn, until: instantColumn.nullable() })
const auditRow = z.object({ entries: bigintColumn, promises: bigintColumn })

/** Everything that the database holds about the customer of this session, in the order in which people think of it. */
export async function listStored(tx: Tx, session: Uint8Array): Promise<readonly StoredRows[]> {
  const [people, held, consent, vault, cards, audit, desk, notices, rules, alerts, statistics, cases, looked] =
    await Promise.all([
      tx.rows(countRow, 'SELECT name, rows, until FROM customers.own_counts($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM channels.own_held_digits($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM consent.own_counts($1)', [session]),
      tx.one(vaultRow, 'SELECT bank_tokens, sealed_answers, until FROM vault.own_count($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM vault.own_card_counts($1)', [session]),
      tx.one(auditRow, 'SELECT entries, promises FROM gate.own_entry_count($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM desk.own_counts($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM notify.own_counts($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM rules.own_counts($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM alerts.own_counts($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM statistics.own_counts($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM cases.own_counts($1)', [session]),
      tx.rows(countRow, 'SELECT name, rows, until FROM console.own_counts($1)', [session]),
    ])
  return [
    { table: 'vault.bank_token', count: Number(vault.bank_tokens), until: undefined },
    { table: 'vault.sealed_answer', count: Number(vault.sealed_answers), until: vault.until ?? undefined },
    ...cards,
    ...consent,
    { table: 'audit.entry', count: Number(audit.entries), until: undefined },
    { table: 'log.promise', count: Number(audit.promises), until: undefined },
    ...looked,
    ...people,
    ...held,
    ...desk,
    ...cases,
    ...notices,
    ...rules,
    ...alerts,
    ...statistics,
  ]
}
