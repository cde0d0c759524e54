import { createHash } from 'node:crypto'

/** Sets a commitment apart from every other hash of ours (RFC 6962 uses 0x00 and 0x01 for leaves and nodes). */
const commitmentDomain = 0x50

/**
 * SHA-256(0x50 || salt || fields), 32 bytes: all that will ever be public of an entry. Without the salt it neither
 * tells its fields nor can be guessed, and the salt exists only under the customer's key.
 */
export function commitmentOf(salt: Uint8Array, fields: string): Buffer {
  return createHash('sha256').update(Uint8Array.of(commitmentDomain)).update(salt).update(fields, 'utf8').digest()
}
