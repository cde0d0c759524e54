import type { Cuts } from './cut-feature.ts'
import type { Tree } from './model.ts'
import { type TrainingMemory, type TrainingPlan, heapSize } from './training-memory.ts'

/** A grown tree as the model keeps it: nodes in order, ranges as the values at their ends. */
export function readGrownTree(plan: TrainingPlan, memory: TrainingMemory, tree: number, cuts: readonly Cuts[]): Tree {
  const { treeFeatures, treeRanges, treeMissingLeft, treeValues, treeCounts } = memory
  const base = tree * heapSize(plan.depth)
  const order: number[] = []
  const rights: number[] = []
  const visit = (node: number): void => {
    const at = order.push(node) - 1
    rights[at] = 0
    if ((treeFeatures[base + node] ?? -1) < 0) return
    visit(2 * node + 1)
    rights[at] = order.length
    visit(2 * node + 2)
  }
  visit(0)
  const valueOf = (node: number): number => {
    const feature = treeFeatures[base + node] ?? -1
    if (feature < 0) return treeValues[base + node] ?? 0
    // A split after the last range only asks whether the feature is missing: every value goes left.
    return cuts[feature]?.[(treeRanges[base + node] ?? 0) - 1] ?? Number.MAX_VALUE
  }
  return {
    features: Int16Array.from(order, (node) => treeFeatures[base + node] ?? -1),
    values: Float64Array.from(order, valueOf),
    missingLeft: Uint8Array.from(order, (node) =>
      (treeFeatures[base + node] ?? -1) < 0 ? 0 : (treeMissingLeft[base + node] ?? 0),
    ),
    counts: Uint32Array.from(order, (node) => treeCounts[base + node] ?? 0),
    rights: Uint16Array.from(rights),
  }
}
