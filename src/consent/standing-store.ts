import { z } from 'zod'
import type { CustomerId, GrantId, InstitutionId } from '../kernel/index.ts'
import { bigintColumn, bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { columns } from './consent-columns.ts'
import type { Salt } from './ticket-store.ts'

const leaveRow = z
  .object({
    place: bigintColumn,
    customer: columns.customerId,
    grant_id: columns.grantId,
    ticket: bigintColumn.nullable(),
    ms_left: z.number(),
  })
  .transform((row) => ({
    place: Number(row.place) - 1,
    customer: row.customer,
    grantId: row.grant_id,
    ticket: row.ticket ?? undefined,
    msLeft: row.ms_left,
  }))

/** Leave for card events that holds now: whose, and this hour's ticket where one is open. `place`: which account asked for. */
export type CardLeave = z.infer<typeof leaveRow>

/** Accounts asked about in one statement at most. */
export const accountsMax = 1_000

/** Whose leave covers events of these accounts now. Nothing of a bank's is read. Login `parley_fraud`. */
export async function findCardLeave(
  tx: Tx,
  institution: InstitutionId,
  accounts: readonly string[],
): Promise<readonly CardLeave[]> {
  return await tx.rows(
    leaveRow,
    'SELECT place, customer, grant_id, ticket, ms_left FROM gate.find_card_leave($1, $2)',
    [institution, accounts],
  )
}

/** The same for one customer, whatever the account. */
export async function findCardLeaveOf(
  tx: Tx,
  customer: CustomerId,
  institution: InstitutionId,
): Promise<CardLeave | undefined> {
  return await tx.maybe(
    leaveRow,
    'SELECT place, customer, grant_id, ticket, ms_left FROM gate.find_card_leave_of($1, $2)',
    [customer, institution],
  )
}

const standingRow = z.object({
  grant_id: columns.grantId,
  ticket: bigintColumn,
  id: columns.auditEntryId,
  at: instantColumn,
  commitment: bytesColumn,
  opened: z.boolean(),
  ms_left: z.number(),
})

/** A standing look's entry; `opened`: by this very call. */
export type StandingEntry = z.infer<typeof standingRow>

/**
 * Writes this hour's entry for each of these grants that holds, or finds the one that is there. Outside a transaction: it has
 * committed when the answer is here.
 */
export async function openStanding(
  tx: Tx,
  grants: readonly { readonly grantId: GrantId; readonly salt: Salt }[],
): Promise<readonly StandingEntry[]> {
  return await tx.rows(
    standingRow,
    'SELECT grant_id, ticket, id, at, commitment, opened, ms_left FROM gate.stand($1, $2, $3)',
    [grants.map(({ grantId }) => grantId), grants.map(({ salt }) => salt.salt), grants.map(({ salt }) => salt.sealed)],
  )
}
