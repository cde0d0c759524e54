import { fromBase64, toBase64 } from '../base64.ts'
import { canonicalJson } from '../canonical.ts'
import type { Hash } from '../merkle-tree.ts'

/** Sets a commitment apart from every other hash of ours (RFC 6962 uses 0x00 and 0x01 for leaves and nodes). */
const commitmentDomain = 0x50

/**
 * SHA-256(0x50 || salt || fields), 32 bytes: all that will ever be public of an entry. Without the salt it neither tells its
 * fields nor can be guessed.
 */
export function commitTo(hash: Hash, salt: Uint8Array, fields: string): Uint8Array {
  const text = new TextEncoder().encode(fields)
  const bytes = new Uint8Array(1 + salt.length + text.length)
  bytes[0] = commitmentDomain
  bytes.set(salt, 1)
  bytes.set(text, 1 + salt.length)
  return hash(bytes)
}

/** The public form of an entry, and all of it: canonical `{"c":commitment in base64,"v":1}`. */
export function leafBytes(commitment: Uint8Array): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ c: toBase64(commitment), v: 1 }))
}

const [before, after] = [bytesOf('{"c":"'), bytesOf('=","v":1}')]
/** Base64 of 32 bytes: 43 characters and one of padding. */
const characters = 43
const isBase64 = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
/** The last character has two bits; whoever sets another writes a second spelling of the same bytes. */
const isLast = tableOf('AEIMQUYcgkosw048')

/** Whether these bytes are a leaf of ours in its one canonical form. Called for every entry of a log. */
export function isLeaf(bytes: Uint8Array): boolean {
  const last = before.length + characters - 1
  if (bytes.length !== last + 1 + after.length) return false
  for (let at = 0; at < before.length; at += 1) if (bytes[at] !== before[at]) return false
  for (let at = before.length; at < last; at += 1) if (isBase64[bytes[at] ?? 0] !== 1) return false
  if (isLast[bytes[last] ?? 0] !== 1) return false
  for (let at = 0; at < after.length; at += 1) if (bytes[last + 1 + at] !== after[at]) return false
  return true
}

/** The commitment that a leaf holds; undefined when it is not a leaf of ours or not in its one canonical form. */
export function parseLeaf(bytes: Uint8Array): Uint8Array | undefined {
  if (!isLeaf(bytes)) return undefined
  return fromBase64(new TextDecoder().decode(bytes.subarray(before.length, before.length + characters + 1)))
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function tableOf(allowed: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of bytesOf(allowed)) table[byte] = 1
  return table
}
