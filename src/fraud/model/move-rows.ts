import { type TrainingMemory, type TrainingPlan, heapSize } from './training-memory.ts'

/** From one row up to another: a thread's share. */
export type RowShare = { readonly from: number; readonly to: number }

/**
 * Moves rows whose node was split on to its children, and counts those that are learned from. Which way is found without a branch, which
 * the processor would guess wrong every second time: a missing value, range 0, is below every range, or one step down and around
 * (255) above all.
 */
export function moveRows(plan: TrainingPlan, memory: TrainingMemory, thread: number, share: RowShare): void {
  const { rows, features, depth } = plan
  const { bins, nodes, counts, treeFeatures, treeRanges, treeMissingLeft } = memory
  const heap = heapSize(depth)
  const tree = (memory.level[2] ?? 0) * heap
  const count = thread * heap
  counts.fill(0, count, count + heap)
  for (let row = share.from; row < share.to; row += 1) {
    const node = nodes[row] ?? 0
    const feature = treeFeatures[tree + node] ?? -1
    if (feature < 0) continue
    const down = 1 - (treeMissingLeft[tree + node] ?? 0)
    const range = ((bins[row * features + feature] ?? 0) - down) & 0xff
    const isRight = ((treeRanges[tree + node] ?? 0) - down - range) >>> 31
    const child = 2 * node + 1 + isRight
    nodes[row] = child
    if (row < rows) counts[count + child] = (counts[count + child] ?? 0) + 1
  }
}

/** Adds the tree's advice to the rows' log-odds, gives their derivatives of the logistic loss, and sends all rows to the root. */
export function takeAdvice(plan: TrainingPlan, memory: TrainingMemory, share: RowShare): void {
  const { nodes, margins, slopes, labels, weights, treeValues } = memory
  const tree = (memory.level[2] ?? 0) * heapSize(plan.depth)
  for (let row = share.from; row < share.to; row += 1) {
    const margin = (margins[row] ?? 0) + (treeValues[tree + (nodes[row] ?? 0)] ?? 0)
    margins[row] = margin
    nodes[row] = 0
    if (row >= plan.rows) continue
    const likely = 1 / (1 + Math.exp(-margin))
    const weight = weights[row] ?? 0
    slopes[2 * row] = weight * (likely - (labels[row] ?? 0))
    slopes[2 * row + 1] = weight * Math.max(likely * (1 - likely), slopeMin)
  }
}

/** So that a row of which we are certain can still be moved. */
const slopeMin = 1e-16
