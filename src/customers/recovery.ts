import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { refusal, success } from '../kernel/index.ts'
import type { CustomerId, Instant, InstitutionId, Outcome } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { pinPasskey } from './enrolment.ts'
import type { EnrolmentDeps, EnrolmentRefusal } from './enrolment.ts'
import { insertPasskey, revokePasskey } from './passkeys-store.ts'
import { uuidColumn } from './uuid-column.ts'

/** A lost passkey being replaced: the new one signs nothing before `effectiveAt`. */
export type Recovery = {
  readonly id: string
  readonly customer: CustomerId
  readonly credentialId: Buffer
  readonly effectiveAt: Instant
}

/**
 * Pins the new passkey of a person who has just proven a login at a linked bank. It counts only after the keystore's
 * wait (24 hours), and an existing passkey can stop it until then.
 */
async function startRecovery(
  deps: EnrolmentDeps,
  lost: {
    readonly subject: string
    /** What the form carried: the authenticator's answer as JSON. */
    readonly response: string | null
    readonly customer: CustomerId
    readonly institution: InstitutionId
    /** What else must commit together with the recovery: notices, disclosure back to sealed. */
    readonly alongside: (tx: Tx, recovery: Recovery) => Promise<void>
  },
): Promise<Outcome<Recovery, EnrolmentRefusal>> {
  const pinned = await pinPasskey(deps, { use: 'recover', subject: lost.subject, response: lost.response })
  if (!pinned.ok) return pinned
  const { customer, passkey } = pinned.value
  if (customer !== lost.customer) return refusal('customers/enrolment-refused')
  const recovery: Recovery = {
    id: deps.random.uuid(),
    customer,
    credentialId: Buffer.from(passkey.credentialId),
    effectiveAt: passkey.effectiveAt,
  }
  await deps.database.transaction(async (tx) => {
    await insertPasskey(tx, customer, passkey)
    await tx.run(
      `INSERT INTO customers.recovery (id, customer, institution, credential_id, effective_at)
       VALUES ($1, $2, $3, $4, to_timestamp($5 / 1000.0))`,
      [recovery.id, customer, lost.institution, passkey.credentialId, passkey.effectiveAt],
    )
    await lost.alongside(tx, recovery)
  })
  return success(recovery)
}

const recoveryShape = z
  .object({
    id: z.uuid(),
    customer: uuidColumn<CustomerId>(),
    credential_id: bytesColumn,
    effective_at: instantColumn,
  })
  .transform(({ id, customer, credential_id, effective_at }): Recovery => ({
    id,
    customer,
    credentialId: credential_id,
    effectiveAt: effective_at,
  }))

/** The customer's recovery that is still waiting; the newest when there are several. */
function findRecovery(tx: Tx, customer: CustomerId): Promise<Recovery | undefined> {
  return tx.maybe(
    recoveryShape,
    `SELECT r.id, r.customer, r.credential_id, r.effective_at FROM customers.recovery r
     WHERE r.customer = $1 AND r.cancelled_at IS NULL AND r.completed_at IS NULL
     ORDER BY r.started_at DESC LIMIT 1`,
    [customer],
  )
}

/** An existing passkey stops a recovery: the keystore first, because only its word counts, then the pages' copy. */
async function cancelRecovery(
  deps: { readonly keystore: Pick<KeystoreClient, 'cancelRecovery'> },
  tx: Tx,
  stopped: { readonly recovery: Recovery; readonly approval: AuthenticationResponseJSON },
): Promise<Outcome<undefined, 'keystore/passkey-refused'>> {
  const { customer, credentialId, id } = stopped.recovery
  const cancelled = await deps.keystore.cancelRecovery({ customer, credentialId, approval: stopped.approval })
  if (!cancelled.ok) return cancelled
  await revokePasskey(tx, credentialId)
  await tx.run(
    'UPDATE customers.recovery SET cancelled_at = clock_timestamp() WHERE id = $1 AND cancelled_at IS NULL',
    [id],
  )
  return success(undefined)
}

/**
 * Marks a recovery as done once its wait is over. `waiting` tells how long it still has, `cancelled` that somebody
 * stopped it; done twice is done.
 */
async function completeRecovery(
  tx: Tx,
  id: string,
): Promise<{ readonly state: 'completed' | 'cancelled' } | { readonly state: 'waiting'; readonly waitMs: number }> {
  const row = await tx.maybe(
    z.object({ cancelled: z.boolean(), wait_ms: z.coerce.number() }),
    `SELECT r.cancelled_at IS NOT NULL AS cancelled,
       extract(epoch FROM r.effective_at - clock_timestamp()) * 1000 AS wait_ms
     FROM customers.recovery r WHERE r.id = $1 FOR UPDATE`,
    [id],
  )
  if (row === undefined || row.cancelled) return { state: 'cancelled' }
  if (row.wait_ms > 0) return { state: 'waiting', waitMs: Math.ceil(row.wait_ms) }
  await tx.run(
    'UPDATE customers.recovery SET completed_at = clock_timestamp() WHERE id = $1 AND completed_at IS NULL',
    [id],
  )
  return { state: 'completed' }
}

/** Replacing a lost passkey: {@link startRecovery}, {@link findRecovery}, {@link cancelRecovery}, {@link completeRecovery}. */
export const recoveries = {
  start: startRecovery,
  find: findRecovery,
  cancel: cancelRecovery,
  complete: completeRecovery,
} as const
