/** Sums are kept by score in so many bands: a fifth of a log-odd each, from −12 to 12. */
export const bandsMax = 121
const bandsEachOdd = 5
const oddsMax = 12

/** The band of a probability. A score that is no number is the lowest. */
export function bandOf(score: number): number {
  if (Number.isNaN(score)) return 0
  const odds = Math.log(score / (1 - score))
  return Math.round((Math.max(-oddsMax, Math.min(oddsMax, odds)) + oddsMax) * bandsEachOdd)
}

/** What one band holds. Uses that are no fraud as far as is known count as genuine. */
export type BandSum = { readonly band: number; readonly uses: number; readonly frauds: number }

/**
 * Average precision over banded scores: uses of one band are one threshold. Between two models over the same uses the bands cost both alike;
 * the test compares with the exact figure. NaN without any fraud.
 */
export function bandedPrecision(sums: readonly BandSum[]): number {
  const [uses, frauds] = [new Float64Array(bandsMax), new Float64Array(bandsMax)]
  for (const sum of sums) {
    uses[sum.band] = (uses[sum.band] ?? 0) + sum.uses
    frauds[sum.band] = (frauds[sum.band] ?? 0) + sum.frauds
  }
  let [found, taken, precision] = [0, 0, 0]
  for (let band = bandsMax - 1; band >= 0; band -= 1) {
    const here = frauds[band] ?? 0
    found += here
    taken += uses[band] ?? 0
    if (here > 0) precision += here * (found / taken)
  }
  return found === 0 ? Number.NaN : precision / found
}
