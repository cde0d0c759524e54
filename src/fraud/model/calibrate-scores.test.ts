import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { calibrateScores, probabilityOf, uncalibrated } from './calibrate-scores.ts'

test('a model that is too sure by half is put right: of what scores p, about p are fraud', () => {
  const random = seededRandom(11)
  const truths = Float64Array.from({ length: 40_000 }, () => -4 + 6 * (random() - 0.5))
  const labels = truths.map((truth) => (random() < 1 / (1 + Math.exp(-truth)) ? 1 : 0))
  const calibration = calibrateScores(
    truths.map((truth) => 2 * truth + 3),
    Uint8Array.from(labels),
    new Float64Array(40_000).fill(1),
  )
  expect(calibration.slope).toBeCloseTo(0.5, 1)
  const expected = truths.reduce((sum, truth) => sum + probabilityOf(calibration, 2 * truth + 3), 0)
  expect(expected / labels.reduce((sum, label) => sum + label, 0)).toBeCloseTo(1, 1)
})

test('calibration never changes the order of uses and stays between 0 and 1, whatever it was fitted to', () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: -3, max: 3, noNaN: true }), (seed, slope) => {
      const random = seededRandom(seed)
      const margins = Float64Array.from({ length: 300 }, () => 20 * (random() - 0.5))
      const labels = Uint8Array.from(margins, (margin) => (random() < 1 / (1 + Math.exp(-slope * margin)) ? 1 : 0))
      const calibration = calibrateScores(margins, labels, new Float64Array(300).fill(1))
      expect(calibration.slope).toBeGreaterThan(0)
      const scores = [...margins]
        .sort((left, right) => left - right)
        .map((margin) => probabilityOf(calibration, margin))
      expect(scores.every((score, at) => score >= 0 && score <= 1 && score >= (scores[at - 1] ?? 0))).toBe(true)
    }),
  )
})

test('where there are too few frauds to learn from, or too few genuine uses, margins are taken at their word', () => {
  const margins = Float64Array.from({ length: 200 }, (_, row) => row / 50)
  const weights = new Float64Array(200).fill(1)
  for (const rare of [0, 1]) {
    const labels = Uint8Array.from(margins, (_, row) => (row >= (rare === 1 ? 190 : 10) ? 1 : 0))
    expect(calibrateScores(margins, labels, weights)).toEqual(uncalibrated)
  }
})

test('held-out rows that the trees tell apart without a mistake give no certainty', () => {
  const margins = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? -5 : 5))
  const labels = Uint8Array.from(margins, (margin) => (margin > 0 ? 1 : 0))
  const calibration = calibrateScores(margins, labels, new Float64Array(200).fill(1))
  expect(probabilityOf(calibration, 5)).toBeLessThan(0.995)
  expect(probabilityOf(calibration, 5)).toBeGreaterThan(0.95)
})
