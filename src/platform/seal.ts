import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '../kernel/index.ts'

const nonceBytes = 12
const tagBytes = 16

/** The bytes that {@link seal} adds to what it seals: nonce and tag. */
export const sealOverheadBytes = nonceBytes + tagBytes

/**
 * AES-256-GCM with a random nonce (NIST SP 800-38D): `nonce || ciphertext || tag`. `context` says what is sealed and
 * whose it is (`table|customer|bank|class|epoch|row`); sealed bytes moved to another place do not open.
 */
export function seal(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  const body = cipher.update(plain)
  return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()])
}

/** Opens what {@link seal} made. Throws `platform/seal-broken` if a bit, the key or the context differs. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  if (sealed.length < sealOverheadBytes) throw new Fault('platform/seal-broken', { retry: 'never' })
  // Node accepts a 4-byte tag unless told otherwise.
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context, 'utf8'))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    const body = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes))
    return Buffer.concat([body, decipher.final()])
  } catch (cause) {
    throw new Fault('platform/seal-broken', { retry: 'never', cause })
  }
}
