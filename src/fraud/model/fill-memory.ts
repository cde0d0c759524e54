import { type Cuts, cutFeature, rangeOf } from './cut-feature.ts'
import { copyColumn } from './examples.ts'
import { describeColumn } from './histogram.ts'
import type { Histogram } from './model.ts'
import type { TrainingSet } from './train-options.ts'
import type { TrainingMemory, TrainingPlan } from './training-memory.ts'

/** Puts labels and weights where the threads find them, and all rows at the log-odds of fraud among those to learn from, which it gives. */
export function fillRows(
  set: TrainingSet,
  { rows }: TrainingPlan,
  { labels, weights, margins }: TrainingMemory,
): number {
  weights.fill(1)
  labels.set(set.labels)
  if (set.weights !== undefined) weights.set(set.weights)
  if (set.heldOut !== undefined) {
    labels.set(set.heldOut.labels, rows)
    if (set.heldOut.weights !== undefined) weights.set(set.heldOut.weights, rows)
  }
  const weigh = (label: number): number =>
    weights.subarray(0, rows).reduce((sum, weight, row) => sum + (labels[row] === label ? weight : 0), 0)
  const base = Math.log(weigh(1) / weigh(0))
  margins.fill(base)
  return base
}

/** Cuts every feature by the rows to learn from, puts all rows into ranges, and remembers how each feature was spread. */
export function fillBins(
  set: TrainingSet,
  bins: number,
  { rows, heldOut, features }: TrainingPlan,
  memory: TrainingMemory,
): { readonly cuts: readonly Cuts[]; readonly histograms: readonly Histogram[] } {
  const column = new Float64Array(rows)
  const heldOutColumn = new Float64Array(heldOut)
  const described = set.names.map((_, feature) => {
    copyColumn(set.features, feature, features, column)
    const cuts = cutFeature(column, set.labels, bins)
    memory.ranges[feature] = cuts.length + 1
    memory.misses[feature] = column.some(Number.isNaN) ? 1 : 0
    fillColumn(memory.bins, { column, cuts }, feature, features)
    if (set.heldOut !== undefined) {
      copyColumn(set.heldOut.features, feature, features, heldOutColumn)
      fillColumn(memory.bins, { column: heldOutColumn, cuts }, rows * features + feature, features)
    }
    return { cuts, histogram: describeColumn(column, memory.weights) }
  })
  return { cuts: described.map(({ cuts }) => cuts), histograms: described.map(({ histogram }) => histogram) }
}

type CutColumn = { readonly column: Float64Array; readonly cuts: Cuts }

function fillColumn(bins: Uint8Array, { column, cuts }: CutColumn, at: number, stride: number): void {
  for (let row = 0; row < column.length; row += 1) bins[at + row * stride] = rangeOf(cuts, column[row] ?? NaN)
}
