import { describe, expect, it } from 'vitest'
import { smallHistory, smallStartMs, useOn } from '../test-support/small-history.ts'
import { buildHistory } from './card-history.ts'
import { EmptyPeriod, evaluateHistory } from './evaluate-history.ts'
import { dayMs } from './split-by-days.ts'

const deps = { threads: 1, onProgress: () => undefined }
const days = { trainStartMs: smallStartMs + 10 * dayMs, trainDays: 7, delayDays: 7, testDays: 7 }

describe('an evaluation', () => {
  it('finds the fraud that amounts betray, and counts what it was measured on', async () => {
    const found = await evaluateHistory(deps, smallHistory(31).finish(), days)
    expect(found.averagePrecision).toBeGreaterThan(0.9)
    expect(found.aucRoc).toBeGreaterThan(0.95)
    expect(found.train).toEqual({ uses: 7 * 100, frauds: expect.any(Number) })
    expect(found.test.uses + found.test.removed).toBe(7 * 100)
    // A hundred places for a handful of frauds: every one of them is found, and no more than there are.
    expect(found.cardPrecision100).toBeLessThanOrEqual(found.test.frauds / 700)
    expect(found.cardPrecision100).toBeGreaterThan(0)
  })

  it('is the same each time', async () => {
    const one = await evaluateHistory(deps, smallHistory(31).finish(), days)
    expect(await evaluateHistory(deps, smallHistory(31).finish(), days)).toEqual(one)
  })

  it('is refused in words where a period has no payments, or no fraud', async () => {
    const long = smallHistory(31).finish()
    const late = { ...days, trainStartMs: smallStartMs + 400 * dayMs }
    await expect(evaluateHistory(deps, long, late)).rejects.toThrow(EmptyPeriod)
    const genuine = buildHistory()
    for (let day = 0; day < 31; day += 1) genuine.add(useOn(day, { id: `g${day}` }), 'genuine')
    await expect(evaluateHistory(deps, genuine.finish(), days)).rejects.toThrow('no fraud in the training period')
  })
})
