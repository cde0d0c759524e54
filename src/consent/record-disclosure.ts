import { z } from 'zod'
import { salts } from '../audit/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { AuditEntryId, DataClass, Disclosure, Instant, Outcome } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { columns } from './consent-columns.ts'
import type { Permit } from './permit.ts'

/** Where a look's facts went, and how much of them. `nothing`: the bank gave no answer. */
export type DisclosedTo = {
  readonly level: Disclosure | 'nothing'
  readonly place: 'messenger' | 'sealed-page' | 'link-page' | 'privacy-centre' | 'agent-desk'
}

/** The `disclosed` entry that goes with what is being sent or shown. */
export type Disclosed = { readonly entryId: AuditEntryId; readonly seq: bigint; readonly at: Instant }

const disclosedRow = z.object({ seq: bigintColumn, id: columns.auditEntryId, at: instantColumn })

/**
 * Writes what of a look went where, in the transaction that sends or shows it. Checks the ticket and the grant again:
 * `stopped` means that the customer, or time, ended it meanwhile, and nothing may go.
 */
export async function recordDisclosure(
  deps: { readonly random: Random },
  tx: Tx,
  permit: Permit<DataClass>,
  to: DisclosedTo,
): Promise<Outcome<Disclosed, 'consent/stopped'>> {
  const { salt, sealed } = salts.make(deps.random, permit.auditKey, salts.context(permit.customer))
  const row = await tx.maybe(disclosedRow, 'SELECT seq, id, at FROM gate.disclose($1, $2, $3, $4, $5)', [
    permit.ticket,
    to.level,
    to.place,
    salt,
    sealed,
  ])
  return row === undefined ? refusal('consent/stopped') : success({ entryId: row.id, seq: row.seq, at: row.at })
}
