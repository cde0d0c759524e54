import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareWithBruteForce, type Step } from '../test-support/compare-with-brute-force.ts'

const number = fc.nat({ max: 2 ** 31 - 1 })
const step: fc.Arbitrary<Step> = fc.record({
  what: number,
  who: number,
  where: number,
  when: number,
  amount: number,
  other: number,
})
const setting = fc.record({
  cards: fc.integer({ min: 1, max: 8 }),
  terminals: fc.integer({ min: 1, max: 8 }),
  pace: fc.constantFrom(1, 600, 20_000, 400_000),
  restarts: fc.constant(true),
})

test('every feature is what counting all the rows anew gives: late labels, reversals, duplicates, restarts', () => {
  fc.assert(
    fc.property(setting, fc.array(step, { minLength: 1, maxLength: 400, size: 'max' }), (how, steps) => {
      expect(compareWithBruteForce(how, steps)).toBeUndefined()
    }),
    { numRuns: 60 },
  )
})
