import { createHash } from 'node:crypto'

/** Sets the leaf of a digest apart from an entry's commitment (0x50). */
const digestDomain = 0x51
/** The nonce's length; as long as the hash it hides behind. */
export const digestNonceBytes = 32

/** An entry's row as it stands at a place of the tree. */
export type PlacedRow = { readonly index: bigint; readonly rowHash: Uint8Array }

/**
 * The leaf that seals rows into the tree: SHA-256(0x51 || nonce || SHA-256(rows)), rows in the order of their places, each its
 * place (8 bytes) and its hash. Without the nonce it looks like any leaf and tells nothing.
 */
export function rowDigest(nonce: Uint8Array, rows: readonly PlacedRow[]): Buffer {
  const inner = createHash('sha256')
  for (const { index, rowHash } of rows.toSorted((left, right) => (left.index < right.index ? -1 : 1))) {
    const place = Buffer.alloc(8)
    place.writeBigUInt64BE(index)
    inner.update(place).update(rowHash)
  }
  return createHash('sha256').update(Uint8Array.of(digestDomain)).update(nonce).update(inner.digest()).digest()
}
