import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import {
  type LogCrypto,
  type PasskeyCrypto,
  type PasskeyPublicKey,
  toBase64Url,
  unreachable,
} from '../../src/kernel/index.ts'
import { verifyEd25519 } from './ed25519.ts'

/** What the kernel's verifiers need, in a browser: one implementation, so that no verdict depends on whose browser it is. */
export const browserCrypto: LogCrypto & PasskeyCrypto = { hash: sha256, verify: verifyEd25519, verifyPasskey }

async function verifyPasskey(key: PasskeyPublicKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  switch (key.kind) {
    case 'ES256':
      return verifyEcdsa(key.x, key.y, message, signature)
    case 'Ed25519':
      return verifyEd25519(key.x, message, signature)
    case 'RS256':
      return await verifyRsa(key, message, signature)
    default:
      return unreachable(key)
  }
}

function verifyEcdsa(x: Uint8Array, y: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const point = Uint8Array.of(uncompressed, ...x, ...y)
  try {
    // Both S and its negative are good signatures (FIPS 186-5): authenticators make either.
    return p256.verify(signature, message, point, { lowS: false })
  } catch {
    return false // the library throws for a point beside the curve, and for numbers out of range
  }
}

/** How a point with both coordinates begins (SEC 1 section 2.3.3). */
const uncompressed = 0x04

/**
 * The one signature that the browser checks by itself: PKCS #1 v1.5 is the same everywhere, and the kernel lets only sizes of keys
 * through that every browser takes.
 */
async function verifyRsa(
  { n, e }: PasskeyPublicKey & { readonly kind: 'RS256' },
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const jwk = { kty: 'RSA', n: toBase64Url(n), e: toBase64Url(e) }
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  try {
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
    return await crypto.subtle.verify(algorithm.name, key, Uint8Array.from(signature), Uint8Array.from(message))
  } catch (thrown) {
    // A modulus that is none.
    if (thrown instanceof DOMException) return false
    throw thrown
  }
}
