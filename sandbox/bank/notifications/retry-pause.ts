/** Pauses after the first failures, ms; the last one repeats. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 15_000, 60_000] as const

/** How long to wait after so many attempts, ms. */
export function pauseAfterMs(attempts: number): number {
  return PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1] ?? 0
}
