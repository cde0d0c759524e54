import { z } from 'zod'
import type { CustomerId } from '../kernel/index.ts'
import type { PinnedPasskey } from '../keystore/index.ts'
import { bigintColumn, bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { uuidColumn } from './uuid-column.ts'

/** The pages' copy of a passkey. The keystore pins its own, and only that one unlocks anything. */
export type StoredPasskey = {
  readonly customer: CustomerId
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
  /** False for a recovered passkey before its wait is over. */
  readonly effective: boolean
}

const storedShape = z
  .object({
    customer: uuidColumn<CustomerId>(),
    public_key: bytesColumn,
    sign_count: bigintColumn,
    transports: z.array(z.string()),
    effective: z.boolean(),
  })
  .transform((row): StoredPasskey => ({
    customer: row.customer,
    publicKey: row.public_key,
    signCount: Number(row.sign_count),
    transports: row.transports,
    effective: row.effective,
  }))

/** The passkey with this credential id, locked until the transaction ends; undefined when unknown or revoked. */
export function lockPasskey(tx: Tx, credentialId: Uint8Array): Promise<StoredPasskey | undefined> {
  return tx.maybe(
    storedShape,
    `SELECT p.customer, p.public_key, p.sign_count, p.transports, p.effective_at <= clock_timestamp() AS effective
     FROM customers.passkey p WHERE p.credential_id = $1 AND p.revoked_at IS NULL FOR UPDATE`,
    [credentialId],
  )
}

/** Keeps the pages' copy of what the keystore has pinned. */
export async function insertPasskey(tx: Tx, customer: CustomerId, passkey: PinnedPasskey): Promise<void> {
  await tx.run(
    `INSERT INTO customers.passkey (credential_id, customer, public_key, sign_count, transports, effective_at)
     VALUES ($1, $2, $3, $4, $5, to_timestamp($6 / 1000.0))`,
    [passkey.credentialId, customer, passkey.publicKey, passkey.signCount, passkey.transports, passkey.effectiveAt],
  )
}

/** Remembers the authenticator's counter, so that a copy of it gives itself away. */
export async function raiseSignCount(tx: Tx, credentialId: Uint8Array, signCount: number): Promise<void> {
  await tx.run('UPDATE customers.passkey SET sign_count = $2, used_at = clock_timestamp() WHERE credential_id = $1', [
    credentialId,
    signCount,
  ])
}

/** Ends a passkey for the pages; the keystore ends its own. */
export async function revokePasskey(tx: Tx, credentialId: Uint8Array): Promise<void> {
  await tx.run(
    'UPDATE customers.passkey SET revoked_at = clock_timestamp() WHERE credential_id = $1 AND revoked_at IS NULL',
    [credentialId],
  )
}

/** Makes the customer whose first passkey this is. */
export async function insertCustomer(tx: Tx, customer: CustomerId, language: string): Promise<void> {
  await tx.run('INSERT INTO customers.customer (id, language) VALUES ($1, $2)', [customer, language])
}
