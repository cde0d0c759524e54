import { Secret } from '../kernel/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import type { Random } from '../platform/index.ts'

/** As long as the hash it hides behind (SHA-256). */
const saltBytes = 32

/** A salt and its sealed form; the plain one goes into the commitment and is then forgotten. */
export type NewSalt = { readonly salt: Buffer; readonly sealed: Buffer }

/** A fresh salt for one entry, sealed under the customer's audit key; the database stores only the sealed form. */
function newSalt(random: Random, auditKey: Secret<Uint8Array>, context: string): NewSalt {
  const salt = Buffer.from(random.bytes(saltBytes))
  return { salt, sealed: seal(auditKey.reveal(), salt, context) }
}

/** Opens a sealed salt. Throws `platform/seal-broken` when key, context or a bit differ: so after an erasure, always. */
function openSalt(auditKey: Secret<Uint8Array>, sealed: Uint8Array, context: string): Secret<Buffer> {
  return new Secret(unseal(auditKey.reveal(), sealed, context))
}

/** What a salt's seal is bound to: the customer whose entry it hides. */
function saltContext(customer: CustomerId): string {
  return `audit.entry|${customer}|salt`
}

/** The salts that hide entries: made for each, sealed under the customer's audit key, opened for the customer alone. */
export const salts = { make: newSalt, open: openSalt, context: saltContext } as const
