import { sameBytes } from './base64.ts'
import { type Hash, hashBytes, hashNode } from './merkle-tree.ts'

/** The leaves from `start` up to but not including `end`; a proof is the hashes of some such ranges. */
export type LeafRange = { readonly start: bigint; readonly end: bigint }

/**
 * What an inclusion proof of leaf `index` in a tree of `size` is made of, from the leaf's sibling up: PATH(m, D[n]) of RFC
 * 6962 section 2.1.1. Throws a RangeError when the tree has no such leaf.
 */
export function inclusionRanges(index: bigint, size: bigint): readonly LeafRange[] {
  if (index < 0n || index >= size) throw new RangeError('the tree has no such leaf')
  const ranges: LeafRange[] = []
  let [start, end] = [0n, size]
  while (end - start > 1n) {
    const middle = start + splitOf(end - start)
    ranges.unshift(index < middle ? { start: middle, end } : { start, end: middle })
    ;[start, end] = index < middle ? [start, middle] : [middle, end]
  }
  return ranges
}

/**
 * What the proof is made of that a tree of `first` leaves is the beginning of one with `second`: PROOF(m, D[n]) of RFC 6962
 * section 2.1.2. Throws a RangeError for `first` 0 (anything follows from nothing) or beyond `second`.
 */
export function consistencyRanges(first: bigint, second: bigint): readonly LeafRange[] {
  if (first < 1n || first > second) throw new RangeError('no proof between such sizes')
  const ranges: LeafRange[] = []
  let [start, end, isWhole] = [0n, second, true]
  while (first !== end) {
    const middle = start + splitOf(end - start)
    const isLeft = first <= middle
    ranges.unshift(isLeft ? { start: middle, end } : { start, end: middle })
    if (isLeft) end = middle
    else [start, isWhole] = [middle, false]
  }
  return isWhole ? ranges : [{ start, end }, ...ranges]
}

/** The largest power of two smaller than `count` (at least 2): where RFC 6962 splits a tree. */
function splitOf(count: bigint): bigint {
  return 1n << BigInt((count - 1n).toString(2).length - 1)
}

export type InclusionClaim = {
  readonly index: bigint
  readonly size: bigint
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** Whether the leaf stands at that index of the tree with that root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(hash: Hash, claim: InclusionClaim): boolean {
  const { index, size, leafHash, proof, root } = claim
  if (index < 0n || index >= size || !areHashes([leafHash, root, ...proof])) return false
  let [at, last, computed] = [index, size - 1n, leafHash]
  for (const step of proof) {
    if (last === 0n) return false
    if (isOdd(at) || at === last) {
      computed = hashNode(hash, step, computed)
      ;[at, last] = climbWhileLeft(at, last)
    } else computed = hashNode(hash, computed, step)
    ;[at, last] = [at >> 1n, last >> 1n]
  }
  return last === 0n && sameBytes(computed, root)
}

export type ConsistencyClaim = {
  readonly firstSize: bigint
  readonly firstRoot: Uint8Array
  readonly secondSize: bigint
  readonly secondRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * Whether the first tree is the beginning of the second (RFC 9162 section 2.1.4.2). False for a first size of 0: everything
 * begins with nothing, so such a proof says nothing.
 */
export function verifyConsistency(hash: Hash, claim: ConsistencyClaim): boolean {
  const { firstSize, firstRoot, secondSize, secondRoot, proof } = claim
  if (firstSize < 1n || firstSize > secondSize || !areHashes([firstRoot, secondRoot, ...proof])) return false
  if (firstSize === secondSize) return proof.length === 0 && sameBytes(firstRoot, secondRoot)
  const path = isPowerOfTwo(firstSize) ? [firstRoot, ...proof] : proof
  const [begin, ...steps] = path
  if (proof.length === 0 || begin === undefined) return false
  let [at, last] = climbWhileRight(firstSize - 1n, secondSize - 1n)
  let [first, second] = [begin, begin]
  for (const step of steps) {
    if (last === 0n) return false
    if (isOdd(at) || at === last) {
      ;[first, second] = [hashNode(hash, step, first), hashNode(hash, step, second)]
      ;[at, last] = climbWhileLeft(at, last)
    } else second = hashNode(hash, second, step)
    ;[at, last] = [at >> 1n, last >> 1n]
  }
  return last === 0n && sameBytes(first, firstRoot) && sameBytes(second, secondRoot)
}

function climbWhileLeft(at: bigint, last: bigint): [bigint, bigint] {
  let [own, end] = [at, last]
  while (own !== 0n && !isOdd(own)) [own, end] = [own >> 1n, end >> 1n]
  return [own, end]
}

function climbWhileRight(at: bigint, last: bigint): [bigint, bigint] {
  let [own, end] = [at, last]
  while (isOdd(own)) [own, end] = [own >> 1n, end >> 1n]
  return [own, end]
}

function areHashes(all: readonly Uint8Array[]): boolean {
  return all.every((one) => one.length === hashBytes)
}

function isOdd(value: bigint): boolean {
  return (value & 1n) === 1n
}

function isPowerOfTwo(value: bigint): boolean {
  return (value & (value - 1n)) === 0n
}
