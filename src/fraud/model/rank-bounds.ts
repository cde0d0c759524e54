import type { Tree } from './model.ts'

/** All bounds that trees have for each feature, ascending, one feature after another. */
export type RankedBounds = { readonly bounds: Float64Array; readonly starts: Uint32Array }

/** Gathers the bounds of trees. */
export function rankBounds(trees: readonly Tree[], width: number): RankedBounds {
  const found = Array.from({ length: width }, () => new Set<number>())
  for (const { features, values } of trees) {
    for (const [node, feature] of features.entries()) if (feature >= 0) found[feature]?.add(values[node] ?? 0)
  }
  const sorted = found.map((bounds) => Float64Array.from(bounds).sort())
  const starts = new Uint32Array(width + 1)
  for (const [feature, { length }] of sorted.entries()) starts[feature + 1] = (starts[feature] ?? 0) + length
  return { bounds: Float64Array.from(sorted.flatMap((bounds) => [...bounds])), starts }
}

/** How many of a feature's bounds lie below a value: above the rank of a bound exactly when the value is above the bound. */
export function findRank({ bounds, starts }: RankedBounds, feature: number, value: number): number {
  const start = starts[feature] ?? 0
  let low = start
  let high = starts[feature + 1] ?? 0
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value > (bounds[middle] ?? 0)) low = middle + 1
    else high = middle
  }
  return low - start
}
