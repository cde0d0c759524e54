import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { cutFeature, rangeOf } from './cut-feature.ts'

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constant(NaN),
  fc.constant(-0),
)

test('cuts ascend, are at most as many as asked for, and leave no range empty', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, fc.boolean()), { maxLength: 200 }),
      fc.integer({ min: 2, max: 20 }),
      (rows, bins) => {
        const column = Float64Array.from(rows, ([one]) => one)
        const cuts = cutFeature(
          column,
          Uint8Array.from(rows, ([, isFraud]) => (isFraud ? 1 : 0)),
          bins,
        )
        expect(cuts.length).toBeLessThan(bins)
        for (let at = 1; at < cuts.length; at += 1) expect(cuts[at]!).toBeGreaterThan(cuts[at - 1]!)
        const ranges = new Set([...column].map((one) => rangeOf(cuts, one)))
        if (column.some((one) => !Number.isNaN(one))) {
          for (let range = 1; range <= cuts.length + 1; range += 1) expect(ranges).toContain(range)
        }
        expect(ranges.has(0)).toBe(column.some(Number.isNaN))
      },
    ),
  )
})

test('where there are few values, each has a range of its own', () => {
  const column = Float64Array.from([3, 1, 2, 2, 1, NaN, 3, 3])
  expect([...cutFeature(column, new Uint8Array(8), 64)]).toEqual([1.5, 2.5])
})

test('a value lies in a range exactly when the cuts around it say so, one step beside a cut too', () => {
  const cuts = Float64Array.from([-1, 0, 2.5])
  expect([-5, -1, -0.9, -0, 0, 1e-300, 2.5, 2.6, NaN].map((one) => rangeOf(cuts, one))).toEqual([
    1, 1, 2, 2, 2, 3, 3, 4, 0,
  ])
  for (const low of [1, 1 + Number.EPSILON, -1 - Number.EPSILON]) {
    const high = low + Number.EPSILON
    const [cut] = cutFeature(Float64Array.from([low, high]), new Uint8Array(2), 2)
    expect(low <= cut! && high > cut!).toBe(true)
  }
})

test('rare frauds are cut as finely as what is common: one amount in a thousand does not vanish in a range', () => {
  const random = seededRandom(1)
  const labels = Uint8Array.from({ length: 100_000 }, (_, row) => (row % 1_000 === 0 ? 1 : 0))
  const amounts = Float64Array.from(labels, (label) => (label === 1 ? 220 + 80 * random() : 230 * random() ** 3))
  const cuts = cutFeature(amounts, labels, 64)
  expect(cuts.filter((cut) => cut > 220).length).toBeGreaterThan(20)
  const genuineRanges = new Set(amounts.filter((_, row) => labels[row] === 0).map((amount) => rangeOf(cuts, amount)))
  expect(genuineRanges.size).toBeGreaterThan(25)
})
