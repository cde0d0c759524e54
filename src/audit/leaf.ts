import { hashLeaf, leafBytes } from '../kernel/index.ts'
import { sha256 } from './sha256.ts'

export { leafBytes, parseLeaf } from '../kernel/index.ts'

/** The leaf's hash in the tree (RFC 6962 section 2.1). */
export function leafHashOf(commitment: Uint8Array): Uint8Array {
  return hashLeaf(sha256, leafBytes(commitment))
}
