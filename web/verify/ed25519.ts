import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'

const { Point } = ed25519
const order = Point.Fn.ORDER

/**
 * Whether the key (32 bytes) signed the message: the one rule that OpenSSL, Go and node:crypto share. The key is taken as it
 * comes (an encoding beyond the field, or of small order, is a key); S must be below the group's order; and R is recomputed
 * and compared byte by byte, so that only its one encoding will do. Nothing is multiplied by the cofactor.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const key = pointOf(publicKey)
  const s = littleEndian(signature.subarray(32))
  if (key === undefined || s >= order) return false
  const k = littleEndian(sha512(joined(signature.subarray(0, 32), publicKey, message))) % order
  // Nothing here is secret, so the fast multiplications may take a time that depends on the numbers.
  const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k)).toBytes()
  return expected.every((byte, at) => byte === signature[at])
}

/** The point that 32 bytes stand for, taken modulo the field's prime; undefined when there is none. */
function pointOf(bytes: Uint8Array): InstanceType<typeof Point> | undefined {
  try {
    return Point.fromBytes(bytes, true)
  } catch {
    return undefined // the library throws when no point has such a y: then nobody has such a key
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
