import { cutFeature, rangeOf } from './cut-feature.ts'
import type { Histogram } from './model.ts'

/** Ten ranges show a shift as well as a hundred, and each still has rows. */
const rangesMax = 10

/** How a column is spread: ranges with about the same number of rows, and each one's share of the weight; missing values first. */
export function describeColumn(column: Float64Array, weights: Float64Array): Histogram {
  const cuts = cutFeature(column, new Uint8Array(column.length), rangesMax).filter((cut) => Number.isFinite(cut))
  const sums = new Float64Array(cuts.length + 2)
  let whole = 0
  for (let row = 0; row < column.length; row += 1) {
    const range = rangeOf(cuts, column[row] ?? NaN)
    const weight = weights[row] ?? 0
    sums[range] = (sums[range] ?? 0) + weight
    whole += weight
  }
  return { cuts: [...cuts], shares: [...sums.map((sum) => sum / (whole || 1))] }
}
