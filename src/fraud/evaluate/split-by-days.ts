import type { CardHistory } from './card-history.ts'

/** Periods of whole days: training, then the days that labels take, then the test. */
export type SplitDays = {
  /** ms since 1970: a midnight (UTC). */
  readonly trainStartMs: number
  readonly trainDays: number
  readonly delayDays: number
  readonly testDays: number
}

export type Split = {
  readonly train: readonly number[]
  readonly test: readonly number[]
  /** Rows of test days left out because their customer was known to be compromised. */
  readonly removedCount: number
}

/** A day, in ms. Times here carry no zone, so every day has 24 hours. */
export const dayMs = 86_400_000

/**
 * The rows to train on and the rows to test on, by the method of the public fraud-detection handbook. Customers known to be compromised
 * are left out of the test: those with a fraud in the training period, and from each test day on also those with a fraud on the days whose
 * labels have all arrived when that day begins. A label takes `delayDays` whole days, so that is the day `delayDays + 1` before it.
 */
export function splitByDays(history: CardHistory, days: SplitDays): Split {
  const trainEndMs = days.trainStartMs + days.trainDays * dayMs
  const testStartMs = trainEndMs + days.delayDays * dayMs
  const testEndMs = testStartMs + days.testDays * dayMs
  const train = rowsWithin(history, days.trainStartMs, trainEndMs)
  const known = new Set(train.filter((row) => history.truth(row) === 'fraud').map((row) => history.customer(row)))
  const test: number[] = []
  let removedCount = 0
  for (let startMs = testStartMs; startMs < testEndMs; startMs += dayMs) {
    const arrivedMs = startMs - (days.delayDays + 1) * dayMs
    for (const row of rowsWithin(history, arrivedMs, arrivedMs + dayMs)) {
      if (history.truth(row) === 'fraud') known.add(history.customer(row))
    }
    const ofDay = rowsWithin(history, startMs, startMs + dayMs)
    const kept = ofDay.filter((row) => !known.has(history.customer(row)))
    removedCount += ofDay.length - kept.length
    test.push(...kept)
  }
  return { train, test, removedCount }
}

function rowsWithin(history: CardHistory, fromMs: number, untilMs: number): readonly number[] {
  const from = firstRowAt(history, fromMs)
  return Array.from({ length: firstRowAt(history, untilMs) - from }, (_, at) => from + at)
}

function firstRowAt(history: CardHistory, atMs: number): number {
  let [low, high] = [0, history.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (history.atMs(middle) < atMs) low = middle + 1
    else high = middle
  }
  return low
}
