import { expect, test } from 'vitest'
import { shareOf } from './share.ts'

test('the interval is the one of the textbook', () => {
  expect(shareOf(8, 10)).toEqual({ right: 8, of: 10, percent: 80, between: [49.02, 94.33] })
  expect(shareOf(100, 100).between).toEqual([96.3, 100])
  expect(shareOf(0, 0).between).toEqual([0, 100])
})
