import { z } from 'zod'
import { isInstitutionId } from '../kernel/index.ts'
import type { InstitutionId, StaffId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { StaffAction } from './may.ts'
import { staffId } from './members-store.ts'

const bankRow = z.object({
  id: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
  name: z.string(),
})

/** A bank by its id and the name that its customers know. */
export type OwnBank = z.infer<typeof bankRow>

/**
 * The banks that a page for this action may be about, by name: the session's own, and none at all where its role may not do that. The
 * database decides (staff.banks), so a page that forgot to ask for the role shows nothing. Login `parley_console`.
 */
export async function listOwnBanks(tx: Tx, session: Uint8Array, action: StaffAction): Promise<readonly OwnBank[]> {
  return await tx.rows(bankRow, 'SELECT id, name FROM staff.banks($1, $2)', [session, action])
}

/** Somebody who is or was one of the staff, by name. */
export type StaffName = { readonly id: StaffId; readonly login: string }

/** The names of everybody who ever was one of the staff; none for a messenger's operator. Login `parley_console`. */
export async function listNames(tx: Tx, session: Uint8Array): Promise<readonly StaffName[]> {
  return await tx.rows(z.object({ id: staffId, login: z.string() }), 'SELECT id, login FROM staff.people($1)', [
    session,
  ])
}
