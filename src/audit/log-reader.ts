import { encodeBundle, tileHeight, tileWidth } from '../kernel/index.ts'
import type { Tile } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { leafBytes, leafHashOf } from './leaf.ts'
import { loadLeaves, loadTile, loadTileRoots } from './log-store.ts'

/**
 * One resource of the log as it is published, or undefined when its leaves or tiles are not all there. Whether it may be
 * seen yet is for the caller to decide, by the size that was published.
 */
export async function readTile(tx: Tx, tile: Tile): Promise<Uint8Array | undefined> {
  const hashes = await tileHashes(tx, tile)
  return hashes === undefined || hashes instanceof Uint8Array ? hashes : joined(hashes, tile.width)
}

async function tileHashes(
  tx: Tx,
  { level, index, width }: Tile,
): Promise<Uint8Array | readonly Uint8Array[] | undefined> {
  const start = index * BigInt(tileWidth)
  if (level === 'entries') {
    const commitments = await commitmentsFrom(tx, start, width)
    return commitments === undefined ? undefined : encodeBundle(commitments.map(leafBytes))
  }
  if (width === tileWidth) return await loadTile(tx, level, index)
  if (level > 0) return await loadTileRoots(tx, level - 1, start, width)
  return (await commitmentsFrom(tx, start, width))?.map(leafHashOf)
}

async function commitmentsFrom(tx: Tx, start: bigint, width: number): Promise<readonly Uint8Array[] | undefined> {
  const leaves = await loadLeaves(tx, start, width)
  const isWhole = leaves.length === width && leaves.every(({ index }, at) => index === start + BigInt(at))
  return isWhole ? leaves.map(({ commitment }) => commitment) : undefined
}

function joined(hashes: readonly Uint8Array[], width: number): Uint8Array | undefined {
  return hashes.length === width ? Buffer.concat(hashes) : undefined
}

/** The right edge of the tree of `size` leaves, from what is stored; undefined when something is missing. */
export async function readEdge(tx: Tx, size: bigint): Promise<readonly (readonly Uint8Array[])[] | undefined> {
  const edge: (readonly Uint8Array[])[] = []
  for (let level = 0; size >> BigInt(level * tileHeight) > 0n; level += 1) {
    const nodes = size >> BigInt(level * tileHeight)
    const width = Number(nodes % BigInt(tileWidth))
    const hashes = width === 0 ? [] : await tileHashes(tx, { level, index: nodes / BigInt(tileWidth), width })
    if (hashes === undefined || hashes instanceof Uint8Array || hashes.length !== width) return undefined
    edge.push(hashes)
  }
  return edge
}
