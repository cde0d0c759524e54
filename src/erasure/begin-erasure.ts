import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { endings } from '../consent/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Outcome } from '../kernel/index.ts'
import { addNotice } from '../notices/index.ts'
import { addJob } from '../platform/index.ts'
import type { Database, Random, Tx } from '../platform/index.ts'
import { insertConversationErasure, insertCustomerErasure } from './erasure-store.ts'
import type { ErasureId } from './erasure-store.ts'

/** The job that follows an erasure to its end; key `erase:` and its id. Login `parley_eraser`. */
export const eraseJob = 'erasure.follow'

/**
 * Begins an erasure that the customer's passkey has just signed (`eraseChallenge` of the keystore; `approval` is the whole
 * assertion, which the keystore checks again by itself). From this commit on nothing is read, sent or redeemed; the rest is
 * followed by a job. Called twice, it is one erasure. Login `parley_consent`.
 */
export async function beginErasure(
  deps: { readonly database: Database; readonly random: Random },
  wish: { readonly customer: CustomerId; readonly approval: AuthenticationResponseJSON },
): Promise<Outcome<ErasureId, 'erasure/no-such-customer'>> {
  const { customer, approval } = wish
  return await deps.database.transaction(async (tx) => {
    const id = deps.random.uuid()
    const begun = await insertCustomerErasure(tx, { id, customer, approval })
    if (begun === undefined) return refusal('erasure/no-such-customer')
    if (begun !== id) return success(begun)
    await endings.end(tx, { customer }, 'erased')
    await addNotice(tx, { customer, kind: 'erasing' })
    await addEraseJob(tx, begun)
    return success(begun)
  })
}

/**
 * Begins to erase a chat of somebody who never linked a bank, in the caller's transaction: words and a confirmation are enough,
 * for it holds nothing but that chat. Undefined: it is a customer's, and takes the passkey. Login `parley_answer`.
 */
export async function eraseConversation(
  deps: { readonly random: Random },
  tx: Tx,
  conversation: ConversationId,
): Promise<ErasureId | undefined> {
  const begun = await insertConversationErasure(tx, { id: deps.random.uuid(), conversation })
  if (begun !== undefined) await addEraseJob(tx, begun)
  return begun
}

/** Queues the job; its key lets one run at a time. */
export async function addEraseJob(tx: Tx, erasure: ErasureId): Promise<void> {
  await addJob(tx, { kind: eraseJob, key: `erase:${erasure}`, payload: { erasure } })
}
