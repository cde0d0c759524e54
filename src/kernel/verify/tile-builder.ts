import { type Hash, hashBytes, joinPeaks } from '../merkle-tree.ts'
import { middleWidth, rootWithin, tileWidth } from '../tile.ts'

/** A tile that became full: it will never change, and its root is one hash of the tile above. */
export type FullTile = {
  readonly level: number
  readonly index: bigint
  readonly hashes: Uint8Array
  /** The nodes of half its height, joined: with them a path through the tile takes few hashes. */
  readonly nodes: Uint8Array
  readonly root: Uint8Array
}

/** The right edge of a tree: of each level the hashes of its last, partial tile, from level 0 up. */
export type TreeEdge = readonly (readonly Uint8Array[])[]

/** A tree that hands out its tiles as they become full. */
export type TileBuilder = {
  size(): bigint
  /** Adds one leaf by its hash; gives the tiles that it completed. */
  add(leafHash: Uint8Array): readonly FullTile[]
  root(): Uint8Array
  /** The hashes of the last, partial tile of a level, joined; empty when it has none. */
  partial(level: number): Uint8Array
}

/** A tree of `size` leaves with this edge; without it an empty one. */
export function buildTiles(
  hash: Hash,
  from: { readonly size: bigint; readonly edge: TreeEdge } = { size: 0n, edge: [] },
): TileBuilder {
  let size = from.size
  const levels = from.edge.map((level) => [...level])
  const addAt = (level: number, node: Uint8Array): FullTile[] => {
    const row = (levels[level] ??= [])
    row.push(node)
    if (row.length < tileWidth) return []
    const hashes = join(row)
    const nodes = join(
      Array.from({ length: middleWidth }, (_, at) => rootWithin(hash, hashes, at * middleWidth, middleWidth)),
    )
    const root = rootWithin(hash, nodes, 0, middleWidth)
    const index = (size >> BigInt(8 * (level + 1))) - 1n
    row.length = 0
    return [{ level, index, hashes, nodes, root }, ...addAt(level + 1, root)]
  }
  return {
    size: () => size,
    add(leafHash) {
      size += 1n
      return addAt(0, leafHash)
    },
    root: () => joinPeaks(hash, levels.flatMap((row) => peaksOf(hash, row)).reverse()),
    partial: (level) => join(levels[level] ?? []),
  }
}

/** The complete subtrees in a partial tile, from right to left: the tree's peaks come from the top level down. */
function peaksOf(hash: Hash, row: readonly Uint8Array[]): readonly Uint8Array[] {
  const tile = join(row)
  const peaks: Uint8Array[] = []
  for (let at = 0; at < row.length;) {
    const count = 1 << Math.floor(Math.log2(row.length - at))
    peaks.unshift(rootWithin(hash, tile, at, count))
    at += count
  }
  return peaks
}

function join(row: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(row.length * hashBytes)
  for (const [at, one] of row.entries()) whole.set(one, at * hashBytes)
  return whole
}
