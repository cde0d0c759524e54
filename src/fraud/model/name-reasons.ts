import type { Contribution } from './explain-margin.ts'

/** Why a use looks like fraud, as a key into the catalogues of words. */
export type ReasonKey =
  | 'amount-unusual'
  | 'large-amounts-lately'
  | 'many-uses'
  | 'many-merchants'
  | 'new-merchant'
  | 'new-country'
  | 'new-device'
  | 'far-away'
  | 'time-of-day'
  | 'fraud-on-card'
  | 'little-history'
  | 'merchant-fraud'
  | 'merchant-unusual'
  | 'other-pattern'

/** How a feature's name begins, and the reason that it gives; the first that fits. */
const reasons: readonly (readonly [string, ReasonKey])[] = [
  ['amount', 'amount-unusual'],
  ['weekend', 'time-of-day'],
  ['night', 'time-of-day'],
  ['c_mean', 'amount-unusual'],
  ['c_dev', 'amount-unusual'],
  ['c_z', 'amount-unusual'],
  ['c_ratio', 'amount-unusual'],
  ['c_rmax', 'large-amounts-lately'],
  ['c_sus', 'large-amounts-lately'],
  ['c_count', 'many-uses'],
  ['c_sum', 'many-uses'],
  ['c_since', 'many-uses'],
  ['c_merchants', 'many-merchants'],
  ['c_new_merchant', 'new-merchant'],
  ['c_new_country', 'new-country'],
  ['c_countries', 'new-country'],
  ['c_new_device', 'new-device'],
  ['c_km', 'far-away'],
  ['c_fraud', 'fraud-on-card'],
  ['c_genuine', 'little-history'],
  ['t_labelled', 'merchant-fraud'],
  ['t_risk', 'merchant-fraud'],
  ['t_run', 'merchant-fraud'],
  ['t_age', 'merchant-fraud'],
  ['t_unrisk', 'merchant-fraud'],
  ['t_', 'merchant-unusual'],
]

/** A reason is named only where it is at least this share of the strongest one. */
const shareMin = 0.1

/** The reason that a feature gives. */
export function reasonOf(feature: string): ReasonKey {
  return reasons.find(([start]) => feature.startsWith(start))?.[1] ?? 'other-pattern'
}

/** The reasons that speak for fraud, strongest first. Features of one reason count together: they say the same to a person. */
export function nameReasons(contributions: readonly Contribution[], most = 3): readonly ReasonKey[] {
  const sums = new Map<ReasonKey, number>()
  for (const { feature, contribution } of contributions) {
    const reason = reasonOf(feature)
    sums.set(reason, (sums.get(reason) ?? 0) + contribution)
  }
  const ranked = [...sums].sort(([, left], [, right]) => right - left)
  const strongest = ranked[0]?.[1] ?? 0
  return ranked
    .filter(([, sum]) => sum > 0 && sum >= shareMin * strongest)
    .slice(0, most)
    .map(([reason]) => reason)
}
