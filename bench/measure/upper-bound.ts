/** One-sided 95 % quantiles of Student's t (any table of it), for 1 to 30 degrees of freedom; beyond, the normal's. */
const t95 = [
  6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.74,
  1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
]

/** The mean of a sample, and what the mean behind it is below with 95 % certainty. Needs two values or more. */
export function upperBoundOfMean(values: readonly number[]): { readonly mean: number; readonly upper: number } {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  const quantile = t95[count - 2] ?? 1.645
  return { mean, upper: mean + quantile * Math.sqrt(variance / count) }
}
