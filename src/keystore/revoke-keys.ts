import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import type { Caller } from './callers.ts'
import { bankTokenKey } from './derive-keys.ts'
import { loadRevokingFacts } from './release-facts-store.ts'
import type { ReleaseFacts } from './release-facts-store.ts'
import { covers, findSignedTerms } from './release-keys.ts'
import type { ReleaseDeps, ReleaseReason } from './release-keys.ts'

/** Which check said no, for the log. */
export type RevokeReason = ReleaseReason | 'no-key'

/**
 * Releases the key of a bank's tokens, and no other, so that they can be given back. The ticket must be a revoking one: an
 * ending waits for it and nothing of this customer's is shared with this bank at this moment. The terms that ended must have been
 * signed by a passkey pinned here, for this customer and bank; that they are over is the very point, so their date is not asked.
 * Never makes a key: `no-key` when there is none, so nothing it sealed can be read any more.
 */
export async function releaseTokenKey(
  deps: ReleaseDeps,
  caller: Caller,
  ticket: bigint,
): Promise<Outcome<Buffer, RevokeReason>> {
  const facts = await loadRevokingFacts(deps.database, ticket)
  if (facts === undefined) return refusal('not-live')
  if (!isRevokers(deps.database.login, caller, facts)) return refusal('not-the-callers')
  const signed = await findSignedTerms(deps, facts)
  if (!signed.ok) return signed
  if (!covers(signed.value, facts)) return refusal('not-covered')
  const bankKey = deps.ring.knownBankKey(facts.customer, facts.institution)
  return bankKey === undefined ? refusal('no-key') : success(bankTokenKey(bankKey))
}

/**
 * Destroys the customer's key for one bank, on a live revoking ticket. No signature is asked for: the customer's passkeys may be
 * gone, and what nothing is shared under any more must not outlive them. While the ticket is looked at, nobody gets that key: a
 * link made in this very moment waits, and then either is seen (the key stays) or gets a new key.
 */
export async function destroyBankKey(
  deps: ReleaseDeps,
  caller: Caller,
  ticket: bigint,
): Promise<Outcome<undefined, RevokeReason>> {
  const asked = await loadRevokingFacts(deps.database, ticket)
  if (asked === undefined) return refusal('not-live')
  if (!isRevokers(deps.database.login, caller, asked)) return refusal('not-the-callers')
  const { customer, institution } = asked
  const isDestroyed = await deps.ring.dropInstitutionIf(
    customer,
    institution,
    async () => (await loadRevokingFacts(deps.database, ticket)) !== undefined,
  )
  return isDestroyed ? success(undefined) : refusal('not-live')
}

// Logins share a prefix (`parley_` unless the operator chose another), so our own name tells the caller's.
function isRevokers(ownLogin: string, caller: Caller, facts: ReleaseFacts): boolean {
  return caller === 'revoke' && facts.login === ownLogin.replace(/keystore$/, 'revoker')
}
