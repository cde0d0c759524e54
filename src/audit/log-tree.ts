import { parseCheckpoint, parseNote, sameBytes } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { blockLeaves, drawSlots } from './block-slots.ts'
import type { BlockSlots } from './block-slots.ts'
import { auditFault } from './fault.ts'
import { leafHashOf } from './leaf.ts'
import { readEdge } from './log-reader.ts'
import { loadCheckpoint, loadCursor, loadLeaves } from './log-store.ts'
import type { MergeCursor } from './log-store.ts'
import type { PlacedRow } from './row-digest.ts'
import { buildTiles } from './tile-builder.ts'
import type { FullTile, TileBuilder } from './tile-builder.ts'

/** The tree as the one writer holds it in memory. */
export type LogTree = {
  readonly slots: BlockSlots
  /** Of the last checkpoint; 0 before the first. */
  readonly published: bigint
  readonly cursor: MergeCursor
  /** Rows merged after the last checkpoint. */
  readonly rows: readonly PlacedRow[]
  size(): bigint
  root(): Uint8Array
  /** Leaves may come in any order; they are added once all before them are there. Gives the tiles that became full. */
  place(index: bigint, commitment: Uint8Array): readonly FullTile[]
}

const leavesPerPage = 4_096

/**
 * The tree as the database has it. Starts from what was published last and derives everything after it anew. Throws
 * `audit/log-broken` when that is not what was signed: then somebody changed it, and nothing more may be signed.
 */
export async function loadTree(
  tx: Tx,
  random: Random,
): Promise<{ readonly tree: LogTree; readonly tiles: readonly FullTile[] }> {
  const checkpoint = await loadCheckpoint(tx)
  const published = checkpoint?.size ?? 0n
  const builder = await builderAt(tx, published, checkpoint?.note)
  const { pending, tiles, rows, end } = await addStored(tx, builder, published)
  const free = freeSlots(builder.size(), end, pending)
  const tree: LogTree = {
    slots: drawSlots(random, { end, free }),
    published,
    cursor: await loadCursor(tx),
    rows,
    size: builder.size,
    root: builder.root,
    place(index, commitment) {
      pending.set(index, leafHashOf(commitment))
      return addReady(builder, pending)
    },
  }
  return { tree, tiles }
}

async function builderAt(tx: Tx, size: bigint, note: string | undefined): Promise<TileBuilder> {
  const edge = await readEdge(tx, size)
  const signed = parseCheckpoint(parseNote(Buffer.from(note ?? '', 'utf8'))?.text ?? '')
  const builder = edge === undefined ? undefined : buildTiles({ size, edge })
  const isSigned =
    note === undefined || (signed !== undefined && builder !== undefined && sameBytes(builder.root(), signed.root))
  if (builder === undefined || !isSigned) throw auditFault('audit/log-broken')
  return builder
}

/** Goes through the leaves that were merged after the last checkpoint. */
async function addStored(tx: Tx, builder: TileBuilder, from: bigint) {
  const pending = new Map<bigint, Uint8Array>()
  const tiles: FullTile[] = []
  const rows: PlacedRow[] = []
  let next = from
  for (let isLast = false; !isLast;) {
    const page = await loadLeaves(tx, next, leavesPerPage)
    isLast = page.length < leavesPerPage
    for (const { index, commitment, row_hash: rowHash } of page) {
      pending.set(index, leafHashOf(commitment))
      if (rowHash !== null) rows.push({ index, rowHash })
      next = index + 1n
    }
    tiles.push(...addReady(builder, pending))
  }
  const blocks = (next + BigInt(blockLeaves) - 1n) / BigInt(blockLeaves)
  return { pending, tiles, rows, end: blocks * BigInt(blockLeaves) }
}

function addReady(builder: TileBuilder, pending: Map<bigint, Uint8Array>): readonly FullTile[] {
  const tiles: FullTile[] = []
  for (let hash = pending.get(builder.size()); hash !== undefined; hash = pending.get(builder.size())) {
    pending.delete(builder.size())
    tiles.push(...builder.add(hash))
  }
  return tiles
}

/** Blocks fill one after the other, so only the last can have places left; a hole before it is a leaf taken away. */
function freeSlots(size: bigint, end: bigint, pending: ReadonlyMap<bigint, Uint8Array>): readonly bigint[] {
  if (end - size > BigInt(blockLeaves)) throw auditFault('audit/log-broken')
  return Array.from({ length: Number(end - size) }, (_, at) => size + BigInt(at)).filter((slot) => !pending.has(slot))
}
