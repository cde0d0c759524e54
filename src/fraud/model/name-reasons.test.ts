import { expect, test } from 'vitest'
import { featureNames } from '../features/feature-names.ts'
import { nameReasons, reasonOf } from './name-reasons.ts'

test('every feature that the engine gives has a reason in words', () => {
  expect(featureNames.filter((name) => reasonOf(name) === 'other-pattern')).toEqual([])
})

test('features that say the same to a person count together, and what speaks for a genuine use is no reason', () => {
  const reasons = nameReasons([
    { feature: 'c_km', contribution: 1 },
    { feature: 't_risk_7d', contribution: 0.6 },
    { feature: 't_run', contribution: 0.6 },
    { feature: 'amount', contribution: -2 },
    { feature: 'night', contribution: 0.01 },
  ])
  expect(reasons).toEqual(['merchant-fraud', 'far-away'])
})

test('at most so many reasons are named, and none for a use that looks genuine', () => {
  const three = ['c_km', 't_run', 'night'].map((feature, at) => ({ feature, contribution: 3 - at }))
  expect(nameReasons(three, 2)).toEqual(['far-away', 'merchant-fraud'])
  expect(nameReasons([{ feature: 'amount', contribution: -1 }])).toEqual([])
  expect(nameReasons([{ feature: 'amount', contribution: 0 }])).toEqual([])
})
