import { readCbor } from './cbor.ts'

/**
 * The public half of a passkey, of the three kinds that authenticators in people's hands make: ECDSA on P-256, Ed25519, and RSA
 * with PKCS #1 v1.5, each with SHA-256 where it hashes at all. All numbers are big-endian bytes.
 */
export type PasskeyPublicKey =
  | { readonly kind: 'ES256'; readonly x: Uint8Array; readonly y: Uint8Array }
  | { readonly kind: 'Ed25519'; readonly x: Uint8Array }
  | { readonly kind: 'RS256'; readonly n: Uint8Array; readonly e: Uint8Array }

/** Whether a passkey signed the message. `signature` is r and s (32 bytes each) for ES256, else as the authenticator gave it. */
export type VerifyPasskey = (
  key: PasskeyPublicKey,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>

// Labels and values of RFC 9052, RFC 9053 and RFC 8230.
const labels = { kind: 1, algorithm: 3, curve: -1 } as const
const p256 = { kind: 2, algorithm: -7, curve: 1 } as const
const ed25519 = { kind: 1, algorithm: -8, curve: 6 } as const
const rsa = { kind: 3, algorithm: -257 } as const

/** RSA from 2,048 to 4,096 bits; smaller is weak, larger is no passkey. */
const modulusBytes = { min: 256, max: 512 } as const

/** Reads a COSE key; undefined when it is malformed, has something after it, or is of another kind. */
export function parsePasskeyKey(cose: Uint8Array): PasskeyPublicKey | undefined {
  const item = readCbor(cose)
  const map = item?.value
  if (item === undefined || item.end !== cose.length || !(map instanceof Map)) return undefined
  const at = (label: number): unknown => {
    const found: unknown = map.get(label)
    return found
  }
  const is = (wanted: { readonly kind: number; readonly algorithm: number; readonly curve?: number }): boolean =>
    map.get(labels.kind) === wanted.kind &&
    map.get(labels.algorithm) === wanted.algorithm &&
    (wanted.curve === undefined || map.get(labels.curve) === wanted.curve)
  const [first, second, third] = [at(-1), at(-2), at(-3)]
  if (is(p256) && isNumber(second, 32) && isNumber(third, 32)) return { kind: 'ES256', x: second, y: third }
  if (is(ed25519) && isNumber(second, 32)) return { kind: 'Ed25519', x: second }
  if (is(rsa) && isModulus(first) && isExponent(second)) return { kind: 'RS256', n: first, e: second }
  return undefined
}

function isNumber(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length
}

function isModulus(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array &&
    value.length >= modulusBytes.min &&
    value.length <= modulusBytes.max &&
    (value[0] ?? 0) >= 0x80
  )
}

/** Odd, at least 3, and within four bytes: what every library takes. */
function isExponent(value: unknown): value is Uint8Array {
  if (!(value instanceof Uint8Array) || value.length < 1 || value.length > 4 || value[0] === 0) return false
  return ((value.at(-1) ?? 0) & 1) === 1 && !(value.length === 1 && value[0] === 1)
}

/** r and s of an ECDSA signature, 32 bytes each, out of its one DER form (RFC 3279 section 2.2.3); undefined otherwise. */
export function splitEcdsaSignature(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return undefined
  const r = readInteger(der, 2)
  const s = r === undefined ? undefined : readInteger(der, r.end)
  if (r === undefined || s === undefined || s.end !== der.length) return undefined
  const both = new Uint8Array(64)
  both.set(r.bytes, 32 - r.bytes.length)
  both.set(s.bytes, 64 - s.bytes.length)
  return both
}

/**
 * Whether a passkey's signature is written in the one way there is: for ECDSA as DER allows (X.690 section 10), for the others always. Libraries
 * read more than that; what one then believes, somebody who verifies the grant later, with another, would not.
 */
export function isWrittenOneWay(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return parsePasskeyKey(publicKey)?.kind !== 'ES256' || splitEcdsaSignature(signature) !== undefined
}

/** A positive integer of at most 32 bytes, with a leading zero exactly where its sign needs one (X.690 section 8.3). */
function readInteger(der: Uint8Array, at: number): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  const length = der[at + 1] ?? 0
  const end = at + 2 + length
  const [first = 0, second = 0] = [der[at + 2], der[at + 3]]
  if (der[at] !== 0x02 || length === 0 || end > der.length || first >= 0x80) return undefined
  const isPadded = first === 0 && length > 1
  if (isPadded && second < 0x80) return undefined
  const bytes = der.subarray(isPadded ? at + 3 : at + 2, end)
  return bytes.length > 32 ? undefined : { bytes, end }
}
