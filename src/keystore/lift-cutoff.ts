import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isUuid, parseStaffAct, refusal, staffActChallenge, success } from '../kernel/index.ts'
import type { Instant, LiftId, Outcome } from '../kernel/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Database, Tx } from '../platform/index.ts'
import { verifyAssertion } from './verify-assertion.ts'
import type { Site } from './verify-assertion.ts'
import { toWire } from './wire.ts'

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
  const signed: Claim[] = []
  for (const claim of claims) if (await isSigned(deps.site, claim, cutoff)) signed.push(claim)
  if (new Set(signed.map(({ staff }) => staff)).size < peopleNeeded) return refusal('not-two-people')
  const { at } = await deps.database.one(liftedRow, 'SELECT consent.lift_cutoff($1, $2::uuid[]) AS at', [
    cutoff,
    signed.map(({ id }) => id),
  ])
  return at === null ? refusal('over') : success(at)
}

const liftedRow = z.object({ at: instantColumn.nullable() })

// What the database says; believed only where the person's own key signed it.
const claimRow = z.object({
  id: z.custom<LiftId>((value) => typeof value === 'string' && isUuid(value)),
  staff: z.string(),
  document: z.string(),
  credential_id: bytesColumn,
  authenticator_data: bytesColumn,
  client_data: bytesColumn,
  signature: bytesColumn,
  public_key: bytesColumn,
})
type Claim = z.infer<typeof claimRow>

async function loadLifts(tx: Tx, cutoff: string): Promise<readonly Claim[]> {
  return await tx.rows(
    claimRow,
    `SELECT id, staff, document, credential_id, authenticator_data, client_data, signature, public_key
     FROM consent.lift_facts($1)`,
    [cutoff],
  )
}

/** Whether this person signed this very document, and it says: lift this very cut-off. */
async function isSigned(site: Site, claim: Claim, cutoff: string): Promise<boolean> {
  const act = parseStaffAct(claim.document)
  if (act?.act !== 'lift' || act.cutoff !== cutoff || act.staff !== claim.staff || act.id !== claim.id) return false
  const id = toWire(claim.credential_id)
  const assertion = {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: toWire(claim.client_data),
      authenticatorData: toWire(claim.authenticator_data),
      signature: toWire(claim.signature),
    },
    clientExtensionResults: {},
  } as const
  const challenge = staffActChallenge(claim.document, sha256)
  return await verifyAssertion(site, { id, publicKey: toWire(claim.public_key) }, assertion, challenge)
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
