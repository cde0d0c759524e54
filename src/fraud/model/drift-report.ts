import { Fault } from '../../kernel/index.ts'
import { rangeOf } from './cut-feature.ts'
import type { Histogram } from './model.ts'
import type { Scorer } from './create-scorer.ts'

/** How far one feature has moved from what the model was trained on. */
export type Drift = {
  /** The feature's name, or `margin`: what the model itself makes of them all. */
  readonly feature: string
  /** Population stability index: Σ (now − then)·ln(now / then) over the ranges; 0 = as it was. */
  readonly index: number
  /** By the usual bounds: below 0.1, below 0.25, above. */
  readonly verdict: 'steady' | 'watch' | 'drifted'
  /** Share of rows without the feature, then and now. */
  readonly missing: { readonly then: number; readonly now: number }
}

/** What drift was measured on, the farthest first. */
export type DriftReport = { readonly rows: number; readonly drifts: readonly Drift[] }

const bounds = { watch: 0.1, drifted: 0.25 } as const
/** A range without a row counts as having this share, so that one row does not make an index infinite. */
const shareMin = 1e-4

/**
 * Compares rows of today with the training's histograms, which stand in the model's file. Labels are not needed, so it tells of a change
 * weeks before the scores do. Rows are as the scorer takes them.
 * @throws Fault `fraud/no-rows` when there is nothing to compare
 */
export function driftReport({ model, columns, margin }: Scorer, rows: Iterable<Float64Array>): DriftReport {
  const { names, histograms } = model
  const cuts = histograms.map((histogram) => Float64Array.from(histogram.cuts))
  const counts = histograms.map(({ shares }) => new Float64Array(shares.length))
  let seen = 0
  for (const row of rows) {
    seen += 1
    for (const [at, ranges] of cuts.entries()) {
      const value = at < names.length ? (row[columns[at] ?? 0] ?? NaN) : margin(row)
      const range = rangeOf(ranges, value)
      const count = counts[at]
      if (count !== undefined) count[range] = (count[range] ?? 0) + 1
    }
  }
  if (seen === 0) throw new Fault('fraud/no-rows', { retry: 'never' })
  const drifts = histograms.map((histogram, at) =>
    compare(
      names[at] ?? 'margin',
      histogram,
      counts[at]?.map((count) => count / seen),
    ),
  )
  return { rows: seen, drifts: drifts.sort((left, right) => right.index - left.index) }
}

function compare(feature: string, { shares }: Histogram, now: Float64Array = new Float64Array()): Drift {
  const index = shares.reduce((sum, share, range) => {
    const [before, after] = [Math.max(share, shareMin), Math.max(now[range] ?? 0, shareMin)]
    return sum + (after - before) * Math.log(after / before)
  }, 0)
  const verdict = index < bounds.watch ? 'steady' : index < bounds.drifted ? 'watch' : 'drifted'
  return { feature, index, verdict, missing: { then: shares[0] ?? 0, now: now[0] ?? 0 } }
}
