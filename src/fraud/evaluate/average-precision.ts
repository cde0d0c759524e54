import { orderByScore } from './order-by-score.ts'

/**
 * Average precision: the precision at each threshold, weighted by the recall it adds, over the distinct scores and without interpolation
 * (as scikit-learn's `average_precision_score` has it). NaN without any fraud.
 */
export function averagePrecision(scores: Float64Array, isFraud: Uint8Array): number {
  let [frauds, taken, sum] = [0, 0, 0]
  for (const { fraudCount, genuineCount } of orderByScore(scores, isFraud)) {
    frauds += fraudCount
    taken += fraudCount + genuineCount
    sum += fraudCount * (frauds / taken)
  }
  return frauds === 0 ? Number.NaN : sum / frauds
}
