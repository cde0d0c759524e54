import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundsOf, riskStepOf } from './risk-step.ts'

const currencies = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD')

test('a sum lies within the bounds of its step, in every currency', () => {
  fc.assert(
    fc.property(currencies, fc.array(fc.bigInt(0n, 10n ** 10n), { minLength: 1, maxLength: 5 }), (currency, minors) => {
      const sum = minors.reduce((left, right) => left + right, 0n)
      const step = riskStepOf(minors.map((minor) => ({ minor, currency })))
      if (step === undefined) throw new Error('no step')
      const { from, below } = boundsOf(step)
      expect(sum).toBeGreaterThanOrEqual(from.minor)
      if (below !== undefined) expect(sum).toBeLessThan(below.minor)
    }),
  )
})

test('nothing known is no step, and amounts in other currencies than the first are left out', () => {
  expect(riskStepOf([])).toBeUndefined()
  const amounts = [
    { minor: 4_210n, currency: 'USD' },
    { minor: 900_000n, currency: 'EUR' },
  ]
  expect(riskStepOf(amounts)).toEqual({ step: 0, currency: 'USD' })
})
