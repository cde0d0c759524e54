import { canonicalJson, fromBase64, hashLeaf, toBase64 } from '../kernel/index.ts'
import { sha256 } from './sha256.ts'

/** The public form of an entry, and all of it: canonical `{"c":commitment in base64,"v":1}`. */
export function leafBytes(commitment: Uint8Array): Uint8Array {
  return Buffer.from(canonicalJson({ c: toBase64(commitment), v: 1 }), 'latin1')
}

/** The leaf's hash in the tree (RFC 6962 section 2.1). */
export function leafHashOf(commitment: Uint8Array): Uint8Array {
  return hashLeaf(sha256, leafBytes(commitment))
}

/** Base64 of 32 bytes in its one spelling: the last of the 43 characters has no stray bits. */
const leafShape = /^\{"c":"([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)","v":1\}$/

/** Whether these bytes are a leaf of ours in its one canonical form. */
export function isLeaf(bytes: Uint8Array): boolean {
  return leafShape.test(textOf(bytes))
}

/** The commitment that a leaf holds; undefined when it is not a leaf of ours or not in its one canonical form. */
export function parseLeaf(bytes: Uint8Array): Uint8Array | undefined {
  const [, encoded] = leafShape.exec(textOf(bytes)) ?? []
  return encoded === undefined ? undefined : fromBase64(encoded)
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
