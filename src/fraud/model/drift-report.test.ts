import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { sampleModel, sampleNames } from '../test-support/sample-model.ts'
import { createScorer } from './create-scorer.ts'
import { driftReport } from './drift-report.ts'
import { describeColumn } from './histogram.ts'

const today = (change: (row: Float64Array) => void): readonly Float64Array[] => {
  const random = seededRandom(9)
  return Array.from({ length: 2_000 }, (_, at) => {
    const row = Float64Array.from(sampleNames, () => 2 * random() - 1)
    if (at % 7 === 0) row[2] = NaN
    change(row)
    return row
  })
}

test('rows like those of the training have not drifted, in any feature or in what the model makes of them', async () => {
  const scorer = createScorer(await sampleModel())
  const { rows, drifts } = driftReport(
    scorer,
    today(() => undefined),
  )
  expect(rows).toBe(2_000)
  expect(drifts.map(({ feature }) => feature).sort()).toEqual([...sampleNames, 'margin'].sort())
  expect(drifts.every(({ index, verdict }) => index >= 0 && index < 0.1 && verdict === 'steady')).toBe(true)
})

test('a feature that moved stands first, and one that stopped coming is told by its missing share', async () => {
  const scorer = createScorer(await sampleModel())
  const moved = driftReport(
    scorer,
    today((row) => void (row[1] = row[1]! * 0.5 + 0.5)),
  )
  expect(moved.drifts[0]).toMatchObject({ feature: 'c_km', verdict: 'drifted' })
  const stopped = driftReport(
    scorer,
    today((row) => void (row[2] = NaN)),
  )
  expect(stopped.drifts[0]).toMatchObject({ feature: 't_risk_7d', verdict: 'drifted', missing: { now: 1 } })
  expect(stopped.drifts[0]!.missing.then).toBeCloseTo(1 / 7, 2)
})

test('without rows there is no report', async () => {
  const scorer = createScorer(await sampleModel())
  expect(() => driftReport(scorer, [])).toThrow(expect.objectContaining({ code: 'fraud/no-rows' }))
})

test('rows that were thinned out stand for those that were left out: histograms count weights', () => {
  const histogram = describeColumn(Float64Array.from([1, 1, 2, NaN]), Float64Array.from([6, 6, 3, 1]))
  expect(histogram).toEqual({ cuts: [1.5], shares: [1 / 16, 12 / 16, 3 / 16] })
})
