/** Lets so many calls a second through, with one second's worth in reserve. */
export type RateLimit = {
  /** Takes one call; false when there is none left. `now` in milliseconds. */
  readonly take: (perSecond: number, now: number) => boolean
  /** The share of the second's budget that is used up, 0–100. */
  readonly usedPercent: (perSecond: number) => number
}

/** Makes a full bucket. A limit of 0 a second means no limit. */
export function makeRateLimit(): RateLimit {
  let spent = 0
  let lastAt = 0
  return {
    take: (perSecond, now) => {
      if (perSecond === 0) return true
      // A clock that is set back must not count as negative time.
      spent = Math.max(0, spent - (Math.max(0, now - lastAt) * perSecond) / 1_000)
      lastAt = now
      if (spent + 1 > perSecond) return false
      spent += 1
      return true
    },
    usedPercent: (perSecond) => (perSecond === 0 ? 0 : Math.min(100, Math.round((spent / perSecond) * 100))),
  }
}
