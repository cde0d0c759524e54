import { findRank, rankBounds } from './rank-bounds.ts'
import type { Model, Tree } from './model.ts'

/** Gives the margin (log-odds) of one row. */
export type MarginOf = (features: Float64Array) => number

/** Levels that are written out below; deeper trees go on in a loop. */
const depthMin = 4

/**
 * Lays trees out for scoring one row at a time, without allocating. Every tree is filled up to one depth and stored as a heap, so that
 * the next node is found by arithmetic. Of each feature only its rank among the trees' bounds is compared, once a row found by
 * halving: whole numbers, whose difference tells left from right by its sign. So there is no branch to guess wrong, and trees overlap in
 * the processor. A missing feature has a rank below all or above all; a node asks for the one that goes its way. `columns` says
 * where in a row each feature stands. Measured beside other layouts in docs/decisions/0055.
 */
export function flattenTrees(
  { names, base, trees }: Pick<Model, 'names' | 'base' | 'trees'>,
  columns: Uint16Array = Uint16Array.from(names, (_, feature) => feature),
): MarginOf {
  const layout = layOut({ names, trees }, columns)
  const start = Float64Array.of(base)
  return (features) => {
    layout.rankRow(features)
    return sumLeaves(layout, start, trees.length)
  }
}

/**
 * The leaves that the ranked row reaches, added to `start`. Written so that the compiler keeps the sum in a register: as part of the closure
 * above, with a sum that begins as any value or with constants taken out of an array, it makes a number object for every tree, 6.4 KB a row
 * and a quarter of a decision's time (docs/decisions/0055).
 */
function sumLeaves({ asks, bounds, leaves, ranks, inner, depth }: Layout, start: Float64Array, trees: number): number {
  // What a property keeps is any number to the compiler; these are whole. Half of the time hangs on it.
  const step = inner | 0
  const levels = depth | 0
  const count = trees | 0
  let sum = start[0] ?? 0
  for (let tree = 0, at = 0, leaf = -step; tree < count; tree += 1, at += step, leaf += step + 1) {
    let node = 1 + (((bounds[at] ?? 0) - (ranks[asks[at] ?? 0] ?? 0)) >>> 31)
    node = 2 * node + 1 + (((bounds[at + node] ?? 0) - (ranks[asks[at + node] ?? 0] ?? 0)) >>> 31)
    node = 2 * node + 1 + (((bounds[at + node] ?? 0) - (ranks[asks[at + node] ?? 0] ?? 0)) >>> 31)
    node = 2 * node + 1 + (((bounds[at + node] ?? 0) - (ranks[asks[at + node] ?? 0] ?? 0)) >>> 31)
    for (let level = depthMin; level < levels; level += 1) {
      node = 2 * node + 1 + (((bounds[at + node] ?? 0) - (ranks[asks[at + node] ?? 0] ?? 0)) >>> 31)
    }
    sum += leaves[leaf + node] ?? 0
  }
  return sum
}

type Layout = {
  readonly depth: number
  /** Nodes of a tree that are no leaves. */
  readonly inner: number
  /** For each node: which rank it compares, and with what; a greater rank goes right. */
  readonly asks: Uint16Array
  readonly bounds: Int32Array
  readonly leaves: Float64Array
  /** The ranks of the row in hand: for nodes where a missing feature goes left, then for those where it goes right. */
  readonly ranks: Int32Array
  readonly rankRow: (features: Float64Array) => void
}

/** Above every rank. */
const always = 2 ** 30

function layOut({ names, trees }: Pick<Model, 'names' | 'trees'>, columns: Uint16Array): Layout {
  const depth = trees.reduce((most, tree) => Math.max(most, depthOf(tree, 0)), depthMin)
  const inner = 2 ** depth - 1
  const width = names.length
  const ranked = rankBounds(trees, width)
  const asks = new Uint16Array(trees.length * inner)
  const bounds = new Int32Array(trees.length * inner).fill(always)
  const leaves = new Float64Array(trees.length * (inner + 1))
  for (const [at, tree] of trees.entries()) {
    const place = (node: number, spot: number): void => {
      const feature = tree.features[node] ?? -1
      const value = tree.values[node] ?? 0
      if (spot >= inner) {
        leaves[at * (inner + 1) + spot - inner] = value
        return
      }
      const isLeaf = feature < 0
      // Below a leaf above the others, whatever is asked, the answer is its own.
      place(isLeaf ? node : node + 1, 2 * spot + 1)
      place(isLeaf ? node : (tree.rights[node] ?? 0), 2 * spot + 2)
      if (isLeaf) return
      asks[at * inner + spot] = tree.missingLeft[node] === 1 ? feature : feature + width
      bounds[at * inner + spot] = findRank(ranked, feature, value)
    }
    place(0, 0)
  }
  const ranks = new Int32Array(2 * width)
  const zeros = Int32Array.from(names, (_, feature) => findRank(ranked, feature, 0))
  const rankRow = (features: Float64Array): void => {
    for (let feature = 0; feature < width; feature += 1) {
      const value = features[columns[feature] ?? 0] ?? NaN
      const isMissing = Number.isNaN(value)
      // Half of a usual row is zeros: nothing labelled, nothing odd, nothing new.
      const rank = value === 0 ? (zeros[feature] ?? 0) : isMissing ? -1 : findRank(ranked, feature, value)
      ranks[feature] = rank
      ranks[feature + width] = isMissing ? always - 1 : rank
    }
  }
  return { depth, inner, asks, bounds, leaves, ranks, rankRow }
}

function depthOf(tree: Tree, node: number): number {
  if ((tree.features[node] ?? -1) < 0) return 0
  return 1 + Math.max(depthOf(tree, node + 1), depthOf(tree, tree.rights[node] ?? 0))
}
