import { z } from 'zod'
import {
  consistencyRanges,
  formatTlogProof,
  inclusionRanges,
  joinPeaks,
  nodesOf,
  placeOf,
  tileWidthIn,
} from '../kernel/index.ts'
import type { LeafRange } from '../kernel/index.ts'
import { bigintColumn, bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { loadCheckpoint } from './log-store.ts'
import { sha256 } from './sha256.ts'
import { createTileMemory } from './tile-memory.ts'
import type { TileMemory } from './tile-memory.ts'

/** An entry's place in the tree, and the proof of it against the checkpoint published last (c2sp.org/tlog-proof). */
export type EntryProof = { readonly index: bigint; readonly commitment: Uint8Array; readonly text: string }

/** Makes proofs from stored tiles, under `parley_sequencer`. */
export type LogProver = {
  /** `waiting`: not merged, or merged and not published before the next beat. */
  proveEntry(entry: bigint): Promise<EntryProof | 'waiting'>
  inclusion(index: bigint, size: bigint): Promise<readonly Uint8Array[]>
  consistency(first: bigint, second: bigint): Promise<readonly Uint8Array[]>
}

const leafRow = z.object({ index: bigintColumn, commitment: bytesColumn })

/** A prover with its memory of tiles. */
export function createLogProver(tx: Tx): LogProver {
  const memory = createTileMemory()
  const inclusion = (index: bigint, size: bigint): Promise<readonly Uint8Array[]> =>
    hashRanges(tx, memory, inclusionRanges(index, size), size)
  return {
    inclusion,
    consistency: (first, second) => hashRanges(tx, memory, consistencyRanges(first, second), second),
    async proveEntry(entry) {
      const [leaf, checkpoint] = await Promise.all([
        tx.maybe(leafRow, 'SELECT index, commitment FROM log.leaf WHERE entry = $1', [entry]),
        loadCheckpoint(tx),
      ])
      if (leaf === undefined || checkpoint === undefined || leaf.index >= checkpoint.size) return 'waiting'
      const proof = await inclusion(leaf.index, checkpoint.size)
      const note = checkpoint.note + checkpoint.cosignatures
      return { ...leaf, text: formatTlogProof({ index: leaf.index, proof, checkpoint: note }) }
    },
  }
}

async function hashRanges(
  tx: Tx,
  memory: TileMemory,
  ranges: readonly LeafRange[],
  size: bigint,
): Promise<readonly Uint8Array[]> {
  return await Promise.all(
    ranges.map(async (range) => {
      const peaks = await Promise.all(
        nodesOf(range).map((node) => {
          const { level, index } = placeOf(node)
          return memory.nodeHash(tx, { level, index, width: tileWidthIn(size, level, index) }, node)
        }),
      )
      return joinPeaks(sha256, peaks)
    }),
  )
}
