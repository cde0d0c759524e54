// The samplers against the exact probabilities, under fixed seeds. z is how far a chi-square lies from its mean, in its own deviations.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededBytes } from '../../test/setup/seeded-bytes.ts'
import { drawBernoulli, drawBernoulliExp } from './draw-bernoulli.ts'
import { drawUniform } from './draw-uniform.ts'
import { drawNoise, halfWidthOf, probabilitiesOf } from './noise.ts'
import type { Noise } from './noise.ts'
import { floorOfRoot, rational, rationals } from './rational.ts'

const laplace = (top: bigint, over = 1n): Noise => ({ kind: 'laplace', scale: rational(top, over) })
const gaussian = (top: bigint, over = 1n): Noise => ({ kind: 'gaussian', variance: rational(top, over) })
const draws = 40_000

/** How surprised a chi-square test is by these counts, where each had so much probability; rare ones are put together. */
function surprise(seen: ReadonlyMap<number, number>, probabilities: ReadonlyMap<number, number>): number {
  let [chi, cells, restSeen, restMeant] = [0, 0, 0, 0]
  for (const [x, probability] of probabilities) {
    const meant = probability * draws
    if (meant < 8) restMeant += meant
    else {
      chi += ((seen.get(x) ?? 0) - meant) ** 2 / meant
      cells += 1
    }
  }
  const known = [...probabilities].filter(([, probability]) => probability * draws >= 8).map(([x]) => x)
  restSeen = draws - known.reduce((sum, x) => sum + (seen.get(x) ?? 0), 0)
  // Whatever lies beyond the table of probabilities counts as rare.
  const rest = Math.max(restMeant, 1e-9)
  if (rest >= 1) {
    chi += (restSeen - rest) ** 2 / rest
    cells += 1
  } else if (restSeen > 8) return Number.POSITIVE_INFINITY
  const freedom = cells - 1
  return (chi - freedom) / Math.sqrt(2 * freedom)
}

function bothSides(noise: Noise): ReadonlyMap<number, number> {
  return new Map(
    probabilitiesOf(noise).flatMap((p, x): [number, number][] =>
      x === 0
        ? [[0, p]]
        : [
            [x, p],
            [-x, p],
          ],
    ),
  )
}

function drawMany(noise: Noise, seed: string): ReadonlyMap<number, number> {
  const source = seededBytes('draw-noise', seed)
  const seen = new Map<number, number>()
  for (let n = 0; n < draws; n += 1) {
    const x = Number(drawNoise(source, noise))
    seen.set(x, (seen.get(x) ?? 0) + 1)
  }
  return seen
}

const noises: readonly (readonly [string, Noise, Noise])[] = [
  ['Laplace of scale 15', laplace(15n), laplace(15n, 2n)],
  ['Laplace of scale 7/2', laplace(7n, 2n), laplace(7n, 4n)],
  ['Laplace of scale 1/3', laplace(1n, 3n), laplace(1n, 6n)],
  ['Gaussian of variance 200', gaussian(200n), gaussian(50n)],
  ['Gaussian of variance 600', gaussian(600n), gaussian(150n)],
  ['Gaussian of variance 1/4', gaussian(1n, 4n), gaussian(1n, 16n)],
]

describe('exact noise', () => {
  test.each(noises)(
    'discrete %s has the probabilities it should, and half of it is told apart',
    (name, noise, half) => {
      const seen = drawMany(noise, name)
      expect(Math.abs(surprise(seen, bothSides(noise)))).toBeLessThan(6)
      expect(surprise(seen, bothSides(half))).toBeGreaterThan(60)
    },
  )

  test('discrete Laplace against the closed form, not our own table', () => {
    const t = 7 / 2
    const at = (x: number): number => Math.tanh(1 / (2 * t)) * Math.exp(-Math.abs(x) / t)
    for (const [x, p] of bothSides(laplace(7n, 2n))) expect(Math.abs(p - at(x))).toBeLessThan(1e-12)
  })

  test.each([
    [0n, 1n],
    [1n, 3n],
    [1n, 1n],
    [5n, 2n],
    [9n, 1n],
  ])('a coin of exp(−%s/%s) falls as often as it should', (top, over) => {
    const source = seededBytes('coin', String(top), String(over))
    const p = Math.exp(-Number(top) / Number(over))
    let heads = 0
    for (let n = 0; n < draws; n += 1) if (drawBernoulliExp(source, rational(top, over))) heads += 1
    expect(Math.abs(heads - p * draws)).toBeLessThanOrEqual(6 * Math.sqrt(draws * p * (1 - p)) + 1e-9)
  })

  test('numbers below a bound are drawn evenly, the bound itself never', () => {
    const source = seededBytes('uniform')
    const counts = new Map<number, number>()
    for (let n = 0; n < draws; n += 1) {
      const x = Number(drawUniform(source, 37n))
      counts.set(x, (counts.get(x) ?? 0) + 1)
    }
    const even = new Map(Array.from({ length: 37 }, (_, x): [number, number] => [x, 1 / 37]))
    expect(Math.abs(surprise(counts, even))).toBeLessThan(6)
    expect(Math.max(...counts.keys())).toBe(36)
    expect(drawBernoulli(source, rational(0n))).toBe(false)
    expect(drawBernoulli(source, rational(1n))).toBe(true)
  })

  test('a source of bytes that is broken ends in a fault, not in a number', () => {
    const stuck = { bytes: (count: number) => new Uint8Array(count).fill(255) }
    expect(() => drawUniform(stuck, 37n)).toThrow('stats/randomness-broken')
  })

  test('says as interval the smallest width that holds 95 of 100', () => {
    for (const [, noise] of noises) {
      const h = Number(halfWidthOf(noise))
      const inside = (width: number): number =>
        [...bothSides(noise)].reduce((sum, [x, p]) => (Math.abs(x) <= width ? sum + p : sum), 0)
      expect(inside(h)).toBeGreaterThanOrEqual(0.95)
      if (h > 0) expect(inside(h - 1)).toBeLessThan(0.95)
    }
    expect([halfWidthOf(gaussian(200n)), halfWidthOf(gaussian(600n)), halfWidthOf(laplace(15n))]).toEqual([
      28n,
      48n,
      45n,
    ])
  })
})

test('roots and fractions are exact, however large', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (value) => {
      const root = floorOfRoot(rational(value))
      expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true)
    }),
  )
  const parts = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n }))
  fc.assert(
    fc.property(parts, parts, ([a, b], [c, d]) => {
      const [left, right] = [rational(a, b), rational(c, d)]
      expect(rationals.isSame(rationals.subtract(rationals.add(left, right), right), left)).toBe(true)
      if (c > 0n) expect(rationals.isSame(rationals.divide(rationals.multiply(left, right), right), left)).toBe(true)
    }),
  )
})
