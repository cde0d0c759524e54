import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Rows } from './rows.ts'
import { separate } from './separate.ts'

const columns = 4

/** Rows without zeros left out: small enough to check by hand. */
function denseRows(points: readonly (readonly number[])[]): Rows {
  return {
    count: points.length,
    starts: Uint32Array.from({ length: points.length + 1 }, (_, row) => row * columns),
    columns: Uint32Array.from(points.flatMap(() => [0, 1, 2, 3])),
    values: Float32Array.from(points.flat()),
    width: columns,
  }
}

const point = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: columns, maxLength: columns })
const examples = fc.array(fc.record({ point, isMember: fc.boolean() }), { minLength: 2, maxLength: 12 })

test('the weights are where the slope of what is to be made least is zero', () => {
  fc.assert(
    fc.property(examples, fc.double({ min: 0.1, max: 3, noNaN: true }), (given, cost) => {
      const points = given.map((one) => one.point)
      const signs = Int8Array.from(given, ({ isMember }) => (isMember ? 1 : -1))
      const costs = new Float64Array(given.length).fill(cost)
      const weights = separate({ rows: denseRows(points), signs, costs, seed: 7, passesMax: 20_000 }, 1e-9)
      // d/dw of ½|w|² + C Σ max(0, 1 − y w·x)²
      const slope = [...weights]
      points.forEach((one, row) => {
        const sign = signs[row] ?? 0
        const gap = 1 - sign * one.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0)
        if (gap > 0) one.forEach((value, at) => (slope[at] = (slope[at] ?? 0) - 2 * cost * gap * sign * value))
      })
      for (const along of slope) expect(Math.abs(along)).toBeLessThan(1e-3)
    }),
  )
})

test('the same seed gives the same weights to the last bit', () => {
  const rows = denseRows([[1, 0, 2, 1], [0, 1, 1, 1], [2, 2, 0, 1]]) // prettier-ignore
  const given = { rows, signs: Int8Array.from([1, -1, 1]), costs: new Float64Array(3).fill(1), seed: 3 }
  expect(separate(given)).toEqual(separate(given))
})
