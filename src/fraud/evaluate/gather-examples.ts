import { type FeatureName, featureNames } from '../features/feature-names.ts'
import type { Examples } from '../model/examples.ts'
import { fractionOf } from './fraction-of.ts'

/** Uses with their features and what became of them, while they are gathered. */
export type Gathering = {
  readonly length: number
  readonly frauds: number
  add(row: number, features: Float64Array, isFraud: boolean): void
  /** With the columns that are asked for. */
  examples(names: readonly FeatureName[]): Required<Examples>
}

/** Gathers uses; of the genuine ones one in `thinnedBy` is kept and counts as so many: a row is half a kilobyte while it is learned from. */
export function gatherExamples(thinnedBy = 1): Gathering {
  const rows: Float64Array[] = []
  const labels: (0 | 1)[] = []
  const weights: number[] = []
  let frauds = 0
  return {
    get length() {
      return rows.length
    },
    get frauds() {
      return frauds
    },
    add(row, features, isFraud) {
      if (!isFraud && thinnedBy > 1 && fractionOf(`thin:${row}`) * thinnedBy >= 1) return
      rows.push(features)
      labels.push(isFraud ? 1 : 0)
      weights.push(isFraud ? 1 : thinnedBy)
      if (isFraud) frauds += 1
    },
    examples(names) {
      const columns = names.map((name) => featureNames.indexOf(name))
      return {
        features: rows.map((features) => Float64Array.from(columns, (column) => features[column] ?? Number.NaN)),
        labels: Uint8Array.from(labels),
        weights: Float64Array.from(weights),
      }
    },
  }
}
