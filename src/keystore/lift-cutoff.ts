import { z } from 'zod'
import { refusal, success } from '../kernel/index.ts'
import type { Instant, Outcome } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Database, Tx } from '../platform/index.ts'
import { staffClaim, verifyStaffClaim } from './staff-signature.ts'
import type { StaffClaim } from './staff-signature.ts'
import type { Site } from './verify-assertion.ts'

export type LiftDeps = {
  /** The keystore's own login: the only one that may end a cut-off. */
  readonly database: Database
  readonly site: Site
}

/** How many different people it takes. */
const peopleNeeded = 2

/**
 * Ends a cut-off if two different people of the staff signed that with their passkeys within the last day. Nobody's word is
 * taken for it: what they signed is read through the keystore's own login, and every signature is verified here. So the
 * console's login, stolen, writes down as many wishes as it likes and lifts nothing.
 */
export async function liftCutoff(deps: LiftDeps, cutoff: string): Promise<Outcome<Instant, 'not-two-people' | 'over'>> {
  const claims = await loadLifts(deps.database, cutoff)
  const signed: StaffClaim[] = []
  for (const claim of claims) if (await isSigned(deps.site, claim, cutoff)) signed.push(claim)
  if (new Set(signed.map(({ staff }) => staff)).size < peopleNeeded) return refusal('not-two-people')
  const { at } = await deps.database.one(liftedRow, 'SELECT consent.lift_cutoff($1, $2::uuid[]) AS at', [
    cutoff,
    signed.map(({ id }) => id),
  ])
  return at === null ? refusal('over') : success(at)
}

const liftedRow = z.object({ at: instantColumn.nullable() })

async function loadLifts(tx: Tx, cutoff: string): Promise<readonly StaffClaim[]> {
  return await tx.rows(
    staffClaim,
    `SELECT id, staff, document, credential_id, authenticator_data, client_data, signature, public_key
     FROM consent.lift_facts($1)`,
    [cutoff],
  )
}

/** Whether this person signed this very document, and it says: lift this very cut-off. */
async function isSigned(site: Site, claim: StaffClaim, cutoff: string): Promise<boolean> {
  const act = await verifyStaffClaim(site, claim)
  return act?.act === 'lift' && act.cutoff === cutoff
}
