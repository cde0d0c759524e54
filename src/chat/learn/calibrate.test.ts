import { expect, test } from 'vitest'
import { confidences } from '../understand/classify.ts'
import { fitLead, fitSlope, raise } from './calibrate.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom(5)
const scores = Array.from({ length: 4_000 }, () => Float64Array.from({ length: 4 }, () => random() * 2 - 1))

test('the slope that made the truth is found again', () => {
  const truth = 3.2
  const classes = Uint8Array.from(scores, (row) => draw(confidences(row, truth)))
  expect(fitSlope({ scores, classes })).toBeCloseTo(truth, 0)
})

test('with the threshold, the wanted share of a class is found, and not much more', () => {
  const classes = Uint8Array.from(scores, () => draw(Float64Array.from([0.5, 0.2, 0.2, 0.1])))
  const lead = fitLead({ scores, classes }, 0, 0.9)
  const found = raise(scores, 0, lead).filter((row, at) => classes[at] === 0 && row.indexOf(Math.max(...row)) === 0)
  const share = found.length / classes.filter((one) => one === 0).length
  expect(share).toBeGreaterThanOrEqual(0.9)
  expect(share).toBeLessThan(0.93)
})

function draw(shares: Float64Array): number {
  let left = random()
  const at = shares.findIndex((share) => (left -= share) < 0)
  return at < 0 ? shares.length - 1 : at
}
