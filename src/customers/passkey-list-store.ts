import { z } from 'zod'
import type { CustomerId, Instant } from '../kernel/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** A passkey as its customer sees it. */
export type ListedPasskey = {
  readonly credentialId: Buffer
  readonly createdAt: Instant
  /** From when it counts; later than `createdAt` only for one that replaced a lost one. */
  readonly effectiveAt: Instant
  readonly usedAt: Instant | undefined
  readonly effective: boolean
  /** `internal`: in this very device; `hybrid`, `usb`, `nfc`, `ble`: elsewhere. */
  readonly transports: readonly string[]
}

const listedRow = z.object({
  credential_id: bytesColumn,
  created_at: instantColumn,
  effective_at: instantColumn,
  used_at: instantColumn.nullable(),
  effective: z.boolean(),
  transports: z.array(z.string()),
})

/** The keystore pins eight at most. */
const listedMax = 20

/** The passkeys of a customer that were not removed, oldest first. */
export async function listPasskeys(tx: Tx, customer: CustomerId): Promise<readonly ListedPasskey[]> {
  const rows = await tx.rows(
    listedRow,
    `SELECT p.credential_id, p.created_at, p.effective_at, p.used_at, p.transports,
       p.effective_at <= clock_timestamp() AS effective
     FROM customers.passkey p WHERE p.customer = $1 AND p.revoked_at IS NULL
     ORDER BY p.created_at, p.credential_id LIMIT ${listedMax}`,
    [customer],
  )
  return rows.map(({ credential_id, created_at, effective_at, used_at, effective, transports }) => ({
    credentialId: credential_id,
    createdAt: created_at,
    effectiveAt: effective_at,
    usedAt: used_at ?? undefined,
    effective,
    transports,
  }))
}

/** The public key (COSE) of a customer's passkey, removed ones too: what it signed can be checked for ever. */
export async function findPublicKey(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly credentialId: Uint8Array },
): Promise<Buffer | undefined> {
  const row = await tx.maybe(
    z.object({ public_key: bytesColumn }),
    'SELECT p.public_key FROM customers.passkey p WHERE p.customer = $1 AND p.credential_id = $2',
    [of.customer, of.credentialId],
  )
  return row?.public_key
}

/** Locks a customer, so that two changes of their passkeys take turns. */
export async function lockCustomer(tx: Tx, customer: CustomerId): Promise<void> {
  await tx.run('SELECT FROM customers.customer WHERE id = $1 FOR UPDATE', [customer])
}
