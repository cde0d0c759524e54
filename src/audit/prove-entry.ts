import {
  consistencyRanges,
  formatTlogProof,
  inclusionRanges,
  joinPeaks,
  middleWidth,
  nodesOf,
  parseCheckpoint,
  parseNote,
  placeOf,
  rootWithin,
  tileHeight,
  tileWidth,
  tileWidthIn,
  verifyInclusion,
} from '../kernel/index.ts'
import type { LeafRange, TreeNode } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { leafHashOf } from './leaf.ts'
import { type EntryLeaf, loadEntryLeaf } from './log-store.ts'
import { sha256 } from './sha256.ts'
import { createTileMemory } from './tile-memory.ts'

/** Of the nodes that are stored with a tile's hashes. */
const middleHeight = tileHeight / 2

/** An entry's place in the tree, and the proof of it against the checkpoint published last (c2sp.org/tlog-proof). */
export type EntryProof = { readonly index: bigint; readonly commitment: Uint8Array; readonly text: string }

/** Makes proofs from stored tiles, under `parley_sequencer`. */
export type LogProver = {
  /** `waiting`: not merged, or merged and not published before the next beat. */
  proveEntry(entry: bigint): Promise<EntryProof | 'waiting'>
  inclusion(index: bigint, size: bigint): Promise<readonly Uint8Array[]>
  consistency(first: bigint, second: bigint): Promise<readonly Uint8Array[]>
}

/** A prover with its memory of tiles. */
export function createLogProver(tx: Tx): LogProver {
  const memory = createTileMemory()
  const inTiles = (size: bigint): NodeHash => {
    return (node) => {
      const { level, index } = placeOf(node)
      return memory.nodeHash(tx, { level, index, width: tileWidthIn(size, level, index) }, node)
    }
  }
  const inclusion = (index: bigint, size: bigint): Promise<readonly Uint8Array[]> =>
    hashRanges(inTiles(size), inclusionRanges(index, size))
  return {
    inclusion,
    consistency: (first, second) => hashRanges(inTiles(second), consistencyRanges(first, second)),
    async proveEntry(entry) {
      const leaf = await loadEntryLeaf(tx, entry)
      if (leaf === undefined || leaf.index >= leaf.size) return 'waiting'
      const { index, commitment, size, note, lines } = leaf
      const near = nodesNear(leaf)
      const elsewhere = inTiles(size)
      const quick = await hashRanges(async (node) => near(node) ?? elsewhere(node), inclusionRanges(index, size))
      // The nodes that make it quick are nobody's promise: without them it is slower and as true as the tiles.
      const proof = holds(leaf, quick) ? quick : await inclusion(index, size)
      return { index, commitment, text: formatTlogProof({ index, proof, checkpoint: note + (lines ?? '') }) }
    },
  }
}

function holds({ index, commitment, size, note }: EntryLeaf, proof: readonly Uint8Array[]): boolean {
  const root = parseCheckpoint(parseNote(Buffer.from(note, 'utf8'))?.text ?? '')?.root
  return root !== undefined && verifyInclusion(sha256, { index, size, leafHash: leafHashOf(commitment), proof, root })
}

type NodeHash = (node: TreeNode) => Promise<Uint8Array>

/** Hashes of nodes in the entry's own tile, as far as they take no more than its block of sixteen and the nodes above. */
function nodesNear({ index, block, nodes }: EntryLeaf): (node: TreeNode) => Uint8Array | undefined {
  const width = BigInt(middleWidth)
  return (node) => {
    const first = node.index << BigInt(node.height)
    if (block === null || nodes === null || node.height >= tileHeight) return undefined
    if (first / BigInt(tileWidth) !== index / BigInt(tileWidth)) return undefined
    if (node.height >= middleHeight) {
      const at = Number((first % BigInt(tileWidth)) / width)
      return rootWithin(sha256, nodes, at, 1 << (node.height - middleHeight))
    }
    if (first / width !== index / width) return undefined
    return rootWithin(sha256, block, Number(first % width), 1 << node.height)
  }
}

async function hashRanges(nodeHash: NodeHash, ranges: readonly LeafRange[]): Promise<readonly Uint8Array[]> {
  return await Promise.all(
    ranges.map(async (range) => joinPeaks(sha256, await Promise.all(nodesOf(range).map(nodeHash)))),
  )
}
