/** Scores by logistic regression (gradient descent): what a model without trees makes of the same rows. */
export function logisticScores(features: readonly Float64Array[], labels: Uint8Array): readonly number[] {
  const width = features[0]?.length ?? 0
  const weights = new Float64Array(width + 1)
  const scoreOf = (row: Float64Array): number =>
    row.reduce((sum, value, at) => sum + value * weights[at]!, weights[width]!)
  for (let round = 0; round < 200; round += 1) {
    const slopes = new Float64Array(width + 1)
    for (const [at, row] of features.entries()) {
      const error = 1 / (1 + Math.exp(-scoreOf(row))) - labels[at]!
      for (const [feature, value] of row.entries()) slopes[feature] = slopes[feature]! + error * value
      slopes[width] = slopes[width]! + error
    }
    for (const [at, slope] of slopes.entries()) weights[at] = weights[at]! - (2 * slope) / features.length
  }
  return features.map(scoreOf)
}
