import { createPublicKey, verify } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { toBase64Url, unreachable } from '../kernel/index.ts'
import type { PasskeyPublicKey } from '../kernel/index.ts'

/** Whether a passkey signed the message, by the rules of node:crypto. False also for numbers that are no key. */
export function verifyPasskey(key: PasskeyPublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  const publicKey = readKey(key)
  if (publicKey === undefined) return false
  switch (key.kind) {
    case 'ES256':
      return verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
    case 'Ed25519':
      return verify(null, message, publicKey, signature)
    case 'RS256':
      return verify('sha256', message, publicKey, signature)
    default:
      return unreachable(key)
  }
}

function readKey(key: PasskeyPublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: toJwk(key), format: 'jwk' })
  } catch (thrown) {
    // A point that is not on the curve, for example: nobody has such a key.
    if (thrown instanceof Error) return undefined
    throw thrown
  }
}

function toJwk(key: PasskeyPublicKey): JsonWebKey {
  switch (key.kind) {
    case 'ES256':
      return { kty: 'EC', crv: 'P-256', x: toBase64Url(key.x), y: toBase64Url(key.y) }
    case 'Ed25519':
      return { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(key.x) }
    case 'RS256':
      return { kty: 'RSA', n: toBase64Url(key.n), e: toBase64Url(key.e) }
    default:
      return unreachable(key)
  }
}
