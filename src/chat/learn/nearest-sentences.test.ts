import { expect, test } from 'vitest'
import { nearnessTo } from './nearest-sentences.ts'

test('a class is as near as the mean of its three nearest sentences', () => {
  const vectors = [
    [1, 0],
    [1, 0],
    [0, 1],
    [0.6, 0.8],
    [0, 1],
    [0, 1],
  ].map((vector) => Float32Array.from(vector))
  const known = { vectors, classes: Uint8Array.of(0, 0, 0, 0, 1, 1), classCount: 2 }
  const [first, second] = nearnessTo(known, Float32Array.of(1, 0))
  expect(first).toBeCloseTo((1 + 1 + 0.6) / 3, 5)
  expect(second).toBe(0)
})
