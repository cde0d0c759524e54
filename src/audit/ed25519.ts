import { createPublicKey, verify } from 'node:crypto'

/** What stands before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410 section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * Whether the key (32 bytes, RFC 8032) signed the message, by the rules of node:crypto, which are OpenSSL's and Go's. False
 * also for a key or signature that is none.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' })
  return verify(null, message, key, signature)
}

/** The 32 bytes of a key that node:crypto holds. */
export function rawPublicKey(spki: Buffer): Uint8Array {
  return spki.subarray(spkiPrefix.length)
}
