import { describe, expect, it } from 'vitest'
import { createScorer } from '../model/create-scorer.ts'
import { writeModel } from '../model/write-model.ts'
import { smallHistory, smallStartMs } from '../test-support/small-history.ts'
import { EmptyPeriod } from './evaluate-history.ts'
import { explainUse } from './explain-use.ts'
import { dayMs } from './split-by-days.ts'
import { trainHistory } from './train-history.ts'

const deps = { threads: 1, onProgress: () => undefined }
const wish = {
  name: 'small',
  about: 'a pattern',
  delayDays: 3,
  reportedShare: 0.5,
  warmUpDays: 5,
  settledDays: 30,
  portable: false,
}
const trained = trainHistory(deps, smallHistory(100).finish(), wish)

describe('a bank’s own model', () => {
  it('is judged by later days that it never saw, with the days between in which labels were on their way', async () => {
    const { parts, model, caught } = await trained
    expect(parts.train.fromMs).toBe(smallStartMs + 5 * dayMs)
    expect(parts.heldOut.fromMs).toBe(parts.train.untilMs + 3 * dayMs)
    expect(parts.test.fromMs).toBe(parts.heldOut.untilMs)
    expect(model.training).toMatchObject({ rows: parts.train.uses, heldOutRows: parts.heldOut.uses })
    expect(model.scores['test_average_precision']).toBeGreaterThan(0.9)
    // One in forty is fraud: ten questions of a thousand can find four in ten of them.
    expect(caught.at(-1)?.precision).toBeGreaterThan(0.9)
    expect(caught.at(-1)?.shareOfFrauds).toBeLessThan(0.5)
  })

  it('is the same, byte for byte, from the same history', async () => {
    const again = await trainHistory({ ...deps, threads: 2 }, smallHistory(100).finish(), wish)
    expect(writeModel(again.model)).toEqual(writeModel((await trained).model))
  })

  it('is not made where a part has too few frauds, or the history is too short', async () => {
    await expect(trainHistory(deps, smallHistory(12).finish(), wish)).rejects.toThrow(EmptyPeriod)
    await expect(trainHistory(deps, smallHistory(40).finish(), wish)).rejects.toThrow(/hold \d+ frauds/)
  })

  it('explains one use by what was known when it was paid: contributions and base are the margin', async () => {
    const history = smallHistory(100).finish()
    const scorer = createScorer((await trained).model)
    let fraud = ''
    for (let row = 9_000; row < history.length; row += 1)
      if (history.truth(row) === 'fraud') fraud = history.useAt(row).id
    const outcome = explainUse({ history, scorer, delayMs: 3 * dayMs }, fraud, () => undefined)
    if (outcome.found !== 'explained') throw new Error(outcome.found)
    const { explained } = outcome
    expect(explained.reasons[0]).toBe('amount-unusual')
    expect(explained.score).toBeGreaterThan(0.5)
    const margin = explained.contributions.reduce((sum, { contribution }) => sum + contribution, explained.base)
    expect(1 / (1 + Math.exp(-(scorer.model.calibration.slope * margin + scorer.model.calibration.offset)))).toBeCloseTo(explained.score, 9) // prettier-ignore
    expect(explainUse({ history, scorer, delayMs: 0 }, 'nobody', () => undefined)).toEqual({ found: 'not-there' })
  })
})
