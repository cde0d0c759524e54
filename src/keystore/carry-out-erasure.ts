import { refusal, success } from '../kernel/index.ts'
import type { CustomerId, Instant, Outcome } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'
import { eraseChallenge } from './approval-challenges.ts'
import { isApproved } from './enrol-passkey.ts'
import type { PasskeyDeps } from './enrol-passkey.ts'
import { loadErasureFacts, reportDestroyed } from './erasure-facts-store.ts'
import type { ErasureFacts } from './erasure-facts-store.ts'

export type ErasureDeps = PasskeyDeps & {
  readonly database: Database
  readonly lastCopyAt: () => Instant
}

/**
 * Destroys what an erasure is about: the customer's keys, for the signature of a passkey pinned here, and the keys of the
 * conversations; then tells the database, which lets no row go before. Safe to ask for again, also after a crash.
 */
export async function carryOutErasure(
  deps: ErasureDeps,
  erasure: string,
): Promise<Outcome<Instant, 'keystore/not-live' | 'keystore/passkey-refused'>> {
  const facts = await loadErasureFacts(deps.database, erasure)
  if (facts === undefined) return refusal('keystore/not-live')
  const { customer } = facts
  if (customer !== null && !(await eraseCustomer(deps, customer, facts))) return refusal('keystore/passkey-refused')
  const { conversations } = facts
  for (const conversation of conversations) await deps.ring.forgetConversation(conversation)
  return success(await reportDestroyed(deps.database, erasure, { conversations, lastCopyAt: deps.lastCopyAt() }))
}

async function eraseCustomer(deps: ErasureDeps, customer: CustomerId, facts: ErasureFacts): Promise<boolean> {
  const { ring } = deps
  if (ring.isErased(customer)) return true
  // Of somebody without a key there is nothing to destroy, and nobody who could sign.
  const isKnown = ring.customerKey(customer) !== undefined
  if (isKnown && !(await isAgreed(deps, customer, facts.approval))) return false
  await ring.turns(customer, () => ring.eraseCustomer(customer))
  return true
}

async function isAgreed(deps: ErasureDeps, customer: CustomerId, approval: ErasureFacts['approval']): Promise<boolean> {
  return approval !== null && (await isApproved(deps, customer, approval, eraseChallenge(customer)))
}
