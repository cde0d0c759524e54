/** SHA-256 of some bytes, as a function of its own: the kernel brings none. */
export type Hash = (bytes: Uint8Array) => Uint8Array

/** SHA-256 gives 32 bytes; a proof or tile with anything else is malformed. */
export const hashBytes = 32

// RFC 6962 section 2.1: leaves and nodes are hashed apart, so that none can be passed off as the other.
const leafPrefix = 0x00
const nodePrefix = 0x01

/** MTH({d}) of RFC 6962 section 2.1: the hash of one entry. */
export function hashLeaf(hash: Hash, entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + entry.length)
  bytes[0] = leafPrefix
  bytes.set(entry, 1)
  return hash(bytes)
}

/** The hash of an inner node (RFC 6962 section 2.1). */
export function hashNode(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * hashBytes)
  bytes[0] = nodePrefix
  bytes.set(left, 1)
  bytes.set(right, 1 + hashBytes)
  return hash(bytes)
}

/** A tree that only grows: it keeps the roots of its complete subtrees and knows its own root at any moment. */
export type GrowingTree = {
  readonly size: () => bigint
  /** Adds one leaf by its hash. */
  add(leafHash: Uint8Array): void
  /** MTH(D[n]); of no leaves: the hash of nothing (RFC 6962 section 2.1). */
  root(): Uint8Array
}

/** A complete subtree: 2^height leaves under one hash. */
export type Peak = { readonly height: number; readonly hash: Uint8Array }

/**
 * A tree of `peaks`, the complete subtrees from left to right, each lower than the one before; none for an empty tree.
 * Memory is logarithmic, and a leaf costs two hashes on average.
 */
export function growTree(hash: Hash, peaks: readonly Peak[] = []): GrowingTree {
  const stack: Peak[] = [...peaks]
  let size = stack.reduce((sum, { height }) => sum + (1n << BigInt(height)), 0n)
  return {
    size: () => size,
    add(leafHash) {
      let peak: Peak = { height: 0, hash: leafHash }
      for (let left = stack.at(-1); left !== undefined && left.height === peak.height; left = stack.at(-1)) {
        stack.pop()
        peak = { height: peak.height + 1, hash: hashNode(hash, left.hash, peak.hash) }
      }
      stack.push(peak)
      size += 1n
    },
    root: () =>
      joinPeaks(
        hash,
        stack.map((peak) => peak.hash),
      ),
  }
}

/** The root over complete subtrees given from left to right, largest first; of none, the hash of nothing. */
export function joinPeaks(hash: Hash, peaks: readonly Uint8Array[]): Uint8Array {
  const last = peaks.at(-1)
  if (last === undefined) return hash(new Uint8Array(0))
  return peaks.slice(0, -1).reduceRight((right, left) => hashNode(hash, left, right), last)
}
