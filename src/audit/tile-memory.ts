import { hashInTile, hashNode, tileHeight, tilePath } from '../kernel/index.ts'
import type { Tile, TreeNode } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { auditFault } from './fault.ts'
import { readTile } from './log-reader.ts'
import { sha256 } from './sha256.ts'

/** Tiles with all the nodes between their hashes, remembered: a tile of a given width never changes. */
export type TileMemory = {
  /** The hash of a node of the tree, from the tile that holds it. Throws `audit/tile-missing`. */
  nodeHash(tx: Tx, tile: Tile, node: TreeNode): Promise<Uint8Array>
}

type TileRows = readonly (readonly Uint8Array[])[]

/** About 16 KB each. The upper levels of a large log are few tiles and are in almost every proof. */
const tilesDefault = 2_048

/** Remembers the tiles used last. */
export function createTileMemory(tilesMax = tilesDefault): TileMemory {
  // Promises, so that the hashes of one proof that stand in one tile wait for one read of it.
  const known = new Map<string, Promise<TileRows>>()
  const read = async (tx: Tx, tile: Tile, name: string): Promise<TileRows> => {
    try {
      return innerNodes(await load(tx, tile), tile.width)
    } catch (fault) {
      known.delete(name)
      throw fault
    }
  }
  const rowsOf = (tx: Tx, tile: Tile): Promise<TileRows> => {
    const name = tilePath(tile)
    const rows = known.get(name) ?? read(tx, tile, name)
    known.delete(name)
    known.set(name, rows)
    const [oldest] = known.keys()
    if (known.size > tilesMax && oldest !== undefined) known.delete(oldest)
    return rows
  }
  return {
    async nodeHash(tx, tile, node) {
      const rows = await rowsOf(tx, tile)
      const within = node.height % tileHeight
      const hash = rows[within]?.[Number(node.index % BigInt(1 << (tileHeight - within)))]
      if (hash === undefined) throw auditFault('audit/tile-missing')
      return hash
    },
  }
}

async function load(tx: Tx, tile: Tile): Promise<Uint8Array> {
  const bytes = await readTile(tx, tile)
  if (bytes === undefined) throw auditFault('audit/tile-missing')
  return bytes
}

/** Row by row upwards the complete nodes over a tile's hashes, up to its root's children. */
function innerNodes(tile: Uint8Array, width: number): TileRows {
  const rows: Uint8Array[][] = [Array.from({ length: width }, (_, at) => hashInTile(tile, at))]
  for (let height = 1; height < tileHeight; height += 1) {
    const below = rows[height - 1] ?? []
    rows.push(
      Array.from({ length: below.length >> 1 }, (_, at) => {
        const [left, right] = [below[2 * at], below[2 * at + 1]]
        if (left === undefined || right === undefined) throw auditFault('audit/tile-missing')
        return hashNode(sha256, left, right)
      }),
    )
  }
  return rows
}
