import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderRoc } from './area-under-roc.ts'
import { averagePrecision } from './average-precision.ts'

const scored = (...rows: readonly (readonly [score: number, isFraud: 0 | 1])[]) =>
  [Float64Array.from(rows, ([score]) => score), Uint8Array.from(rows, ([, isFraud]) => isFraud)] as const

describe('average precision', () => {
  it('is the precision at each fraud, averaged, where no scores are equal', () => {
    // Ranks: fraud (1/1), genuine, fraud (2/3), genuine, genuine, fraud (3/6).
    const rows = scored([0.9, 1], [0.8, 0], [0.7, 1], [0.6, 0], [0.5, 0], [0.4, 1])
    expect(averagePrecision(...rows)).toBeCloseTo((1 + 2 / 3 + 3 / 6) / 3, 12)
  })

  it('takes equal scores as one threshold: nobody is ranked above whom they equal', () => {
    // At .8: two of three are fraud, recall goes from 0 to 2/3. At .1: three of five, recall to 1.
    const rows = scored([0.8, 1], [0.8, 0], [0.8, 1], [0.1, 1], [0.1, 0])
    expect(averagePrecision(...rows)).toBeCloseTo((2 / 3) * (2 / 3) + (1 / 3) * (3 / 5), 12)
  })

  it('is the share of fraud when every score is the same, 1 for a perfect ranking, and nothing without fraud', () => {
    expect(averagePrecision(...scored([1, 0], [1, 1], [1, 0], [1, 0]))).toBe(0.25)
    expect(averagePrecision(...scored([0.1, 0], [0.3, 1], [0.2, 0], [0.9, 1]))).toBe(1)
    expect(averagePrecision(...scored([0.1, 0]))).toBeNaN()
  })

  it('hears the infinite and refuses what is no number', () => {
    expect(averagePrecision(...scored([-Infinity, 0], [Infinity, 1]))).toBe(1)
    expect(() => averagePrecision(...scored([Number.NaN, 0], [1, 1]))).toThrow(RangeError)
  })
})

describe('the area under the ROC curve', () => {
  it('counts the pairs that are in order, and equal ones half', () => {
    // Pairs: .9 above .5 and .1; .5 level with .5, above .1: 3.5 of 4.
    expect(areaUnderRoc(...scored([0.9, 1], [0.5, 1], [0.5, 0], [0.1, 0]))).toBe(3.5 / 4)
  })

  it('is nothing where all are fraud or none is', () => {
    expect(areaUnderRoc(...scored([0.9, 1], [0.1, 1]))).toBeNaN()
    expect(areaUnderRoc(...scored([0.9, 0]))).toBeNaN()
  })

  it('is what counting all pairs gives', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0 as const, 1 as const))
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 60 }), (rows) => {
        const [frauds, genuine] = [1, 0].map((kind) => rows.filter(([, isFraud]) => isFraud === kind).map(([s]) => s))
        fc.pre(frauds!.length > 0 && genuine!.length > 0)
        const pairs = frauds!.flatMap((one) => genuine!.map((other) => (one > other ? 1 : one === other ? 0.5 : 0)))
        const mean = pairs.reduce((sum: number, won) => sum + won, 0) / pairs.length
        expect(areaUnderRoc(...scored(...rows))).toBeCloseTo(mean, 12)
      }),
    )
  })
})
