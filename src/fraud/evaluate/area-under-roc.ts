import { orderByScore } from './order-by-score.ts'

/**
 * The chance that a fraud is scored above a genuine payment, equal scores counting half (the area under the ROC curve as scikit-learn's
 * `roc_auc_score` has it). NaN when there is no fraud, or nothing else.
 */
export function areaUnderRoc(scores: Float64Array, isFraud: Uint8Array): number {
  let [frauds, genuine, won] = [0, 0, 0]
  for (const { fraudCount, genuineCount } of orderByScore(scores, isFraud)) {
    // Highest scores first: these genuine payments lose against every fraud that was met before them.
    won += genuineCount * (frauds + fraudCount / 2)
    frauds += fraudCount
    genuine += genuineCount
  }
  return frauds === 0 || genuine === 0 ? Number.NaN : won / (frauds * genuine)
}
