import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isUuid, parseStaffAct, staffActChallenge } from '../kernel/index.ts'
import type { StaffAct } from '../kernel/index.ts'
import { bytesColumn } from '../platform/index.ts'
import { verifyAssertion } from './verify-assertion.ts'
import type { Site } from './verify-assertion.ts'
import { toWire } from './wire.ts'

/** What the database says that somebody signed; believed only where the person's own key signed it. */
export const staffClaim = z.object({
  id: z.string().refine(isUuid),
  staff: z.string(),
  document: z.string(),
  credential_id: bytesColumn,
  authenticator_data: bytesColumn,
  client_data: bytesColumn,
  signature: bytesColumn,
  public_key: bytesColumn,
})
export type StaffClaim = z.infer<typeof staffClaim>

/** The act that this person's passkey signed, on one of our pages; undefined when anything of the claim does not hold. */
export async function verifyStaffClaim(site: Site, claim: StaffClaim): Promise<StaffAct | undefined> {
  const act = parseStaffAct(claim.document)
  if (act === undefined || act.staff !== claim.staff || act.id !== claim.id) return undefined
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
  const isSigned = await verifyAssertion(site, { id, publicKey: toWire(claim.public_key) }, assertion, challenge)
  return isSigned ? act : undefined
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
