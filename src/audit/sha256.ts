import { hash } from 'node:crypto'

/** SHA-256 in one call: twice as fast as a hash object for the few bytes of a leaf or node. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}
