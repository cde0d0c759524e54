import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  consistencyRanges,
  growTree,
  hashLeaf,
  hashNode,
  inclusionRanges,
  joinPeaks,
  nodesOf,
  placeOf,
  rootWithin,
  sameBytes,
  tileWidthIn,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'
import type { LeafRange } from './index.ts'

const hash = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

const sizeMax = 300
const leaves = Array.from({ length: sizeMax }, (_, at) => hashLeaf(hash, Buffer.from(`entry ${at}`)))

/** MTH of RFC 6962 section 2.1, word for word: what the code under test must agree with. */
function treeHash(of: readonly Uint8Array[]): Uint8Array {
  if (of.length <= 1) return of[0] ?? hash(new Uint8Array(0))
  let split = 1
  while (split * 2 < of.length) split *= 2
  return hashNode(hash, treeHash(of.slice(0, split)), treeHash(of.slice(split)))
}

const roots = Array.from({ length: sizeMax + 1 }, (_, size) => treeHash(leaves.slice(0, size)))
const rootOf = (size: bigint): Uint8Array => roots[Number(size)] ?? new Uint8Array(0)
const hashesOf = (ranges: readonly LeafRange[]): readonly Uint8Array[] =>
  ranges.map(({ start, end }) => treeHash(leaves.slice(Number(start), Number(end))))

const sizes = fc.integer({ min: 1, max: sizeMax }).map(BigInt)
const leafIn = sizes.chain((size) => fc.tuple(fc.bigInt({ min: 0n, max: size - 1n }), fc.constant(size)))
const twoSizes = sizes.chain((second) => fc.tuple(fc.bigInt({ min: 1n, max: second }), fc.constant(second)))

function inclusionOf(index: bigint, size: bigint) {
  const leafHash = leaves[Number(index)] ?? new Uint8Array(0)
  return { index, size, leafHash, root: rootOf(size), proof: hashesOf(inclusionRanges(index, size)) }
}

function consistencyOf(firstSize: bigint, secondSize: bigint) {
  const proof = hashesOf(consistencyRanges(firstSize, secondSize))
  return { firstSize, secondSize, firstRoot: rootOf(firstSize), secondRoot: rootOf(secondSize), proof }
}

test('a growing tree has at every size the root that RFC 6962 defines', () => {
  const tree = growTree(hash)
  expect(tree.root()).toEqual(rootOf(0n))
  for (const leaf of leaves) {
    tree.add(leaf)
    expect(sameBytes(tree.root(), rootOf(tree.size()))).toBe(true)
  }
})

test('a tree grown on from its peaks is the same tree', () => {
  fc.assert(
    fc.property(twoSizes, ([first, second]) => {
      const peaks = nodesOf({ start: 0n, end: first }).map(({ height, index }) => ({
        height,
        hash: treeHash(leaves.slice(Number(index << BigInt(height)), Number((index + 1n) << BigInt(height)))),
      }))
      const tree = growTree(hash, peaks)
      for (const leaf of leaves.slice(Number(first), Number(second))) tree.add(leaf)
      expect(tree.size()).toBe(second)
      expect(sameBytes(tree.root(), rootOf(second))).toBe(true)
    }),
  )
})

test('every leaf of every tree is proven, and with nothing else in the proof, leaf, place or root', () => {
  fc.assert(
    fc.property(leafIn, fc.nat(), fc.nat({ max: 255 }), ([index, size], pick, bit) => {
      const claim = inclusionOf(index, size)
      expect(verifyInclusion(hash, claim)).toBe(true)
      for (const forged of mutationsOf(claim, pick, bit)) expect(verifyInclusion(hash, forged)).toBe(false)
      expect(verifyInclusion(hash, { ...claim, leafHash: flip(claim.leafHash, bit) })).toBe(false)
      expect(verifyInclusion(hash, { ...claim, root: flip(claim.root, bit) })).toBe(false)
      expect(verifyInclusion(hash, { ...claim, index: size + index })).toBe(false)
      const elsewhere = BigInt(pick) % size
      if (elsewhere !== index) expect(verifyInclusion(hash, { ...claim, index: elsewhere })).toBe(false)
    }),
    { numRuns: 400 },
  )
})

test('every tree is proven to be the beginning of every later one, and of no other', () => {
  fc.assert(
    fc.property(twoSizes, fc.nat(), fc.nat({ max: 255 }), ([first, second], pick, bit) => {
      const claim = consistencyOf(first, second)
      expect(verifyConsistency(hash, claim)).toBe(true)
      for (const forged of mutationsOf(claim, pick, bit)) expect(verifyConsistency(hash, forged)).toBe(false)
      expect(verifyConsistency(hash, { ...claim, firstRoot: flip(claim.firstRoot, bit) })).toBe(false)
      expect(verifyConsistency(hash, { ...claim, secondRoot: flip(claim.secondRoot, bit) })).toBe(false)
      expect(verifyConsistency(hash, { ...claim, firstSize: 0n })).toBe(false)
      if (first !== second) expect(verifyConsistency(hash, { ...claim, secondSize: first })).toBe(false)
    }),
    { numRuns: 400 },
  )
})

test('nothing is proven of a leaf that is not there, nor from an empty tree', () => {
  expect(() => inclusionRanges(5n, 5n)).toThrow(RangeError)
  expect(() => inclusionRanges(-1n, 5n)).toThrow(RangeError)
  expect(() => consistencyRanges(0n, 5n)).toThrow(RangeError)
  expect(() => consistencyRanges(6n, 5n)).toThrow(RangeError)
})

test('sizes beyond 2^53 are exact', () => {
  const size = (1n << 60n) + 3n
  expect(inclusionRanges(size - 1n, size)).toEqual([
    { start: 1n << 60n, end: (1n << 60n) + 2n },
    { start: 0n, end: 1n << 60n },
  ])
})

test('a proof’s ranges are made of hashes that stand in tiles', () => {
  const size = 70_000n
  const many = Array.from({ length: Number(size) }, (_, at) => hash(Buffer.from(String(at))))
  const tiles = tilesOf(many)
  const root = treeRootOf(many)
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: size - 1n }), (index) => {
      const proof = inclusionRanges(index, size).map((range) =>
        joinPeaks(
          hash,
          nodesOf(range).map((node) => {
            const { level, index: tile, first, count } = placeOf(node)
            expect(first + count).toBeLessThanOrEqual(tileWidthIn(size, level, tile))
            return rootWithin(hash, tiles(level, Number(tile)), first, count)
          }),
        ),
      )
      expect(verifyInclusion(hash, { index, size, leafHash: many[Number(index)] ?? root, proof, root })).toBe(true)
    }),
    { numRuns: 40 },
  )
})

function treeRootOf(all: readonly Uint8Array[]): Uint8Array {
  const tree = growTree(hash)
  for (const leaf of all) tree.add(leaf)
  return tree.root()
}

function tilesOf(leafHashes: readonly Uint8Array[]): (level: number, index: number) => Uint8Array {
  const levels: Uint8Array[][] = [[...leafHashes]]
  for (let row = levels[0] ?? []; row.length >= 256; row = levels.at(-1) ?? []) {
    const below = row
    levels.push(
      Array.from({ length: Math.floor(below.length / 256) }, (_, at) =>
        treeHash(below.slice(at * 256, at * 256 + 256)),
      ),
    )
  }
  return (level, index) => Buffer.concat((levels[level] ?? []).slice(index * 256, index * 256 + 256))
}

function mutationsOf<Claim extends { readonly proof: readonly Uint8Array[] }>(
  claim: Claim,
  pick: number,
  bit: number,
): readonly Claim[] {
  const { proof } = claim
  const at = pick % Math.max(1, proof.length)
  const longer = { ...claim, proof: [...proof, hash(new Uint8Array(0))] }
  if (proof.length === 0) return [longer]
  return [
    longer,
    { ...claim, proof: proof.slice(1) },
    { ...claim, proof: proof.slice(0, -1) },
    { ...claim, proof: proof.map((one, place) => (place === at ? flip(one, bit) : one)) },
    { ...claim, proof: proof.map((one, place) => (place === at ? one.subarray(1) : one)) },
    { ...claim, proof: [hash(new Uint8Array(0)), ...proof] },
  ]
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
}
