import { type Hash, hashBytes, hashNode } from './merkle-tree.ts'
import type { LeafRange } from './merkle-proof.ts'

/** A full tile is 256 hashes: a subtree of height 8 (c2sp.org/tlog-tiles). */
export const tileWidth = 256
export const tileHeight = 8
/** Nodes at half a tile's height: each stands over as many hashes as there are of them. */
export const middleWidth = 16

/** One resource of a tiled log: the hashes of a level, or (`entries`) the entries under level 0. `width` 256: full. */
export type Tile = { readonly level: number | 'entries'; readonly index: bigint; readonly width: number }

/** c2sp.org/tlog-tiles: `tile/<L>/<N>[.p/<W>]`, without the log's prefix. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = index.toString().padStart(Math.ceil(index.toString().length / 3) * 3, '0')
  const groups = digits.match(/\d{3}/g) ?? []
  const last = groups.length - 1
  const number = groups.map((group, at) => (at < last ? `x${group}` : group)).join('/')
  return `tile/${level}/${number}${width === tileWidth ? '' : `.p/${width}`}`
}

const pathShape = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** The tile that a path names; undefined unless it is the one spelling of it. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level, number, width] = pathShape.exec(path) ?? []
  // Twenty-one digits are beyond any size of 64 bits.
  if (level === undefined || number === undefined || number.length > 35) return undefined
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: BigInt(number.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  }
  const isInRange = (tile.level === 'entries' || tile.level <= 63) && (width === undefined || tile.width < tileWidth)
  return isInRange && tilePath(tile) === path ? tile : undefined
}

/** How wide that tile is in a tree of `size` leaves; 0 when it does not exist there. */
export function tileWidthIn(size: bigint, level: number | 'entries', index: bigint): number {
  const nodes = size >> BigInt(level === 'entries' ? 0 : level * tileHeight)
  const width = nodes - index * BigInt(tileWidth)
  return width <= 0n ? 0 : width >= BigInt(tileWidth) ? tileWidth : Number(width)
}

/** A complete subtree: node `index` at `height`, over the leaves from index × 2^height on. */
export type TreeNode = { readonly height: number; readonly index: bigint }

/** The complete subtrees that make up a range of a proof, from left to right; their hashes join to the range's. */
export function nodesOf({ start, end }: LeafRange): readonly TreeNode[] {
  const nodes: TreeNode[] = []
  for (let at = start; at < end;) {
    const height = (end - at).toString(2).length - 1
    nodes.push({ height, index: at >> BigInt(height) })
    at += 1n << BigInt(height)
  }
  return nodes
}

/** Where a node stands in tiles: which tile, and which of its hashes (from `first`, `count` of them) it is the root of. */
export function placeOf(node: TreeNode): { level: number; index: bigint; first: number; count: number } {
  const level = Math.floor(node.height / tileHeight)
  const within = node.height % tileHeight
  const start = node.index << BigInt(within)
  return {
    level,
    index: start / BigInt(tileWidth),
    first: Number(start % BigInt(tileWidth)),
    count: 1 << within,
  }
}

/** The root of `count` (a power of two) hashes of a tile, from `first` on. */
export function rootWithin(hash: Hash, tile: Uint8Array, first: number, count: number): Uint8Array {
  let row = Array.from({ length: count }, (_, at) => hashInTile(tile, first + at))
  while (row.length > 1) {
    const below = row
    row = Array.from({ length: below.length / 2 }, (_, at) =>
      hashNode(hash, below[2 * at] ?? noBytes, below[2 * at + 1] ?? noBytes),
    )
  }
  return row[0] ?? noBytes
}

const noBytes = new Uint8Array(0)

/** One hash of a tile. Throws a RangeError when the tile is too short. */
export function hashInTile(tile: Uint8Array, at: number): Uint8Array {
  if ((at + 1) * hashBytes > tile.length) throw new RangeError('the tile has no such hash')
  return tile.subarray(at * hashBytes, (at + 1) * hashBytes)
}

/** Lengths are written as 16 bits. */
const entryBytesMax = 0xffff

/** c2sp.org/tlog-tiles: entries, each behind its length in two bytes. Throws a RangeError for one that is too long. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > entryBytesMax) throw new RangeError('an entry of a bundle has at most 65,535 bytes')
    bytes[at] = entry.length >> 8
    bytes[at + 1] = entry.length & 0xff
    bytes.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bytes
}

/** The entries of a bundle; undefined unless it holds exactly `count` and nothing after them. */
export function decodeBundle(bytes: Uint8Array, count: number): readonly Uint8Array[] | undefined {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length && entries.length < count) {
    const [high, low] = [bytes[at], bytes[at + 1]]
    if (high === undefined || low === undefined) return undefined
    const end = at + 2 + ((high << 8) | low)
    if (end > bytes.length) return undefined
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return at === bytes.length && entries.length === count ? entries : undefined
}
