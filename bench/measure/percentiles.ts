/** Milliseconds of a measured series. */
export type Spread = { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number }

/** The value below which this share of the series lies (nearest rank), and its largest. Rounded to 0.1. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right)
  const at = (share: number): number => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN)
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
