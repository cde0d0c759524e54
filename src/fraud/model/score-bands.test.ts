import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { averagePrecision } from '../evaluate/average-precision.ts'
import { bandOf, bandedPrecision, bandsMax } from './score-bands.ts'

test('every score has a band, in the order of scores', () => {
  const scores = [0, 1e-9, 0.001, 0.2, 0.5, 0.6, 0.99, 1 - 1e-9, 1]
  const bands = scores.map(bandOf)
  expect(bands).toEqual(bands.toSorted((one, other) => one - other))
  expect([bands[0], bands.at(-1), bandOf(Number.NaN)]).toEqual([0, bandsMax - 1, 0])
})

test('average precision by bands is the exact one, but for what bands blur', () => {
  const random = seededRandom(4)
  const [scores, frauds] = [new Float64Array(20_000), new Uint8Array(20_000)]
  for (let at = 0; at < scores.length; at += 1) {
    frauds[at] = random() < 0.02 ? 1 : 0
    scores[at] = 1 / (1 + Math.exp(4 - (frauds[at] === 1 ? 3 : 0) - 4 * (random() + random() - 1)))
  }
  const sums = [...scores].map((score, at) => ({ band: bandOf(score), uses: 1, frauds: frauds[at] ?? 0 }))
  expect(bandedPrecision(sums)).toBeCloseTo(averagePrecision(scores, frauds), 1)
  expect(Math.abs(bandedPrecision(sums) - averagePrecision(scores, frauds))).toBeLessThan(0.02)
  expect(bandedPrecision([{ band: 3, uses: 9, frauds: 0 }])).toBeNaN()
})
