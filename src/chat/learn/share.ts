/** A share of a count, with the interval that holds the true share with 95 % certainty (Wilson 1927). All in per cent, two digits. */
export type Share = {
  readonly right: number
  readonly of: number
  readonly percent: number
  readonly between: readonly [number, number]
}

const z95 = 1.959964

/** The share of so many right ones of so many; of none, nothing is known. */
export function shareOf(right: number, of: number): Share {
  if (of === 0) return { right, of, percent: 0, between: [0, 100] }
  const share = right / of
  const spread = z95 * Math.sqrt((share * (1 - share)) / of + (z95 / (2 * of)) ** 2)
  const middle = share + z95 ** 2 / (2 * of)
  const whole = 1 + z95 ** 2 / of
  return {
    right,
    of,
    percent: percent(share),
    between: [percent((middle - spread) / whole), percent((middle + spread) / whole)],
  }
}

/** Of these, how many are so. */
export function shareWhere<Item>(items: readonly Item[], isSo: (item: Item) => boolean): Share {
  return shareOf(items.filter(isSo).length, items.length)
}

function percent(share: number): number {
  return Math.round(10_000 * share) / 100
}
