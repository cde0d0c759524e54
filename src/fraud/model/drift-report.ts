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
export function driftReport(scorer: Scorer, rows: Iterable<Float64Array>): DriftReport {
  const spread = createSpread(scorer)
  for (const row of rows) spread.note(row)
  return driftOfSpread(scorer, spread.take())
}

/** Counts of rows by range, all features of a model one after another. */
export type Spread = {
  note(row: Float64Array): void
  /** What was counted since the last time. */
  take(): { readonly rows: number; readonly counts: readonly number[] }
}

/** Counts rows as they come, for a report later. */
export function createSpread({ model, columns, margin }: Scorer): Spread {
  const { names, histograms } = model
  const cuts = histograms.map((histogram) => Float64Array.from(histogram.cuts))
  const counts = histograms.map(({ shares }) => new Float64Array(shares.length))
  let rows = 0
  return {
    note(row) {
      rows += 1
      for (const [at, ranges] of cuts.entries()) {
        const value = at < names.length ? (row[columns[at] ?? 0] ?? NaN) : margin(row)
        const range = rangeOf(ranges, value)
        const count = counts[at]
        if (count !== undefined) count[range] = (count[range] ?? 0) + 1
      }
    },
    take() {
      const taken = { rows, counts: counts.flatMap((count) => [...count]) }
      rows = 0
      for (const count of counts) count.fill(0)
      return taken
    },
  }
}

/**
 * The report on counts that were kept.
 * @throws Fault `fraud/no-rows` when there is nothing to compare, or when the counts are not of this model
 */
export function driftOfSpread({ model }: Scorer, { rows, counts }: ReturnType<Spread['take']>): DriftReport {
  const { names, histograms } = model
  const width = histograms.reduce((sum, { shares }) => sum + shares.length, 0)
  if (rows === 0 || counts.length !== width) throw new Fault('fraud/no-rows', { retry: 'never' })
  let from = 0
  const drifts = histograms.map((histogram, at) => {
    const own = counts.slice(from, (from += histogram.shares.length))
    return compare(
      names[at] ?? 'margin',
      histogram,
      Float64Array.from(own, (count) => count / rows),
    )
  })
  return { rows, drifts: drifts.sort((left, right) => right.index - left.index) }
}

function compare(feature: string, { shares }: Histogram, now: Float64Array = new Float64Array()): Drift {
  const index = shares.reduce((sum, share, range) => {
    const [before, after] = [Math.max(share, shareMin), Math.max(now[range] ?? 0, shareMin)]
    return sum + (after - before) * Math.log(after / before)
  }, 0)
  const verdict = index < bounds.watch ? 'steady' : index < bounds.drifted ? 'watch' : 'drifted'
  return { feature, index, verdict, missing: { then: shares[0] ?? 0, now: now[0] ?? 0 } }
}
