import { buildTiles as buildWith } from '../kernel/index.ts'
import type { TileBuilder, TreeEdge } from '../kernel/index.ts'
import { sha256 } from './sha256.ts'

export type { FullTile, TileBuilder } from '../kernel/index.ts'

/** A tree of `size` leaves with this edge, hashed by Node; without arguments an empty one. */
export function buildTiles(from?: { readonly size: bigint; readonly edge: TreeEdge }): TileBuilder {
  return buildWith(sha256, from)
}
