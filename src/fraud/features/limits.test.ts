import { describe, expect, test } from 'vitest'
import type { CardUse, FraudLabel } from '../card-use.ts'
import { BruteForce } from '../test-support/brute-force.ts'
import { sayDifference } from '../test-support/compare-with-brute-force.ts'
import { createFeatureEngine } from './create-feature-engine.ts'
import { featureNames, type FeatureName } from './feature-names.ts'

const begin = Date.UTC(2026, 0, 5)

function use(number: number, changes: Partial<CardUse> = {}): CardUse {
  return {
    id: `u${number}`,
    kind: 'authorization',
    customer: 'anna',
    merchant: 'm',
    terminal: 't',
    atMs: begin + number * 1000,
    amountMinor: 1_000,
    category: '5411',
    country: 'US',
    presence: 'online',
    ...changes,
  }
}

function label(number: number, changes: Partial<FraudLabel> = {}): FraudLabel {
  const arrivedAtMs = begin + 100_000
  return { use: `u${number}`, arrivedAtMs, isFraud: true, informed: true, source: 'customer', by: 'anna', ...changes }
}

function valueOf(given: Float64Array | undefined, name: FeatureName): number {
  return given?.[featureNames.indexOf(name)] ?? Number.NaN
}

describe('limits', () => {
  test('of a card with more uses than its windows hold, the newest count', () => {
    const engine = createFeatureEngine()
    const brute = new BruteForce()
    for (let number = 0; number < 1_100; number += 1) {
      const next = use(number * 2_200, { merchant: `m${number % 90}`, terminal: `t${number}`, amountMinor: number * 7 })
      const given = engine.observe(next)
      const wanted = brute.observe(next)
      expect(sayDifference(next, given, wanted)).toBeUndefined()
    }
  })

  test('one customer moves a terminal by three labels at most, however often they say it', () => {
    const engine = createFeatureEngine()
    for (let number = 0; number < 10; number += 1) engine.observe(use(number))
    for (let number = 0; number < 10; number += 1) engine.label(label(number))
    const after = engine.observe(use(200))
    expect(valueOf(after, 't_labelled_30d')).toBe(3)
    expect(valueOf(after, 't_run')).toBe(3)
    expect(valueOf(after, 'c_fraud_14d')).toBe(10)
  })

  test('what the bank found out counts in full, beside what customers said', () => {
    const engine = createFeatureEngine()
    for (let number = 0; number < 10; number += 1) engine.observe(use(number))
    for (let number = 0; number < 10; number += 1) engine.label(label(number, { source: 'bank' }))
    expect(valueOf(engine.observe(use(200)), 't_run')).toBe(10)
  })

  test('an uninformed "not me" weighs half, an uninformed "it was me" nothing', () => {
    const engine = createFeatureEngine()
    for (let number = 0; number < 2; number += 1) engine.observe(use(number))
    engine.label(label(0, { informed: false }))
    engine.label(label(1, { informed: false, isFraud: false }))
    const after = engine.observe(use(200))
    expect(valueOf(after, 't_labelled_30d')).toBe(0.5)
    expect(valueOf(after, 't_risk_30d')).toBe(1)
    expect(valueOf(after, 'c_genuine')).toBe(0)
  })

  test('a label counts from its arrival on and not a millisecond before', () => {
    const engine = createFeatureEngine()
    engine.observe(use(0))
    engine.label(label(0, { arrivedAtMs: begin + 50_000 }))
    expect(valueOf(engine.observe(use(1, { atMs: begin + 49_999 })), 't_run')).toBe(0)
    expect(valueOf(engine.observe(use(2, { atMs: begin + 50_000 })), 't_run')).toBe(1)
  })

  test('a card whose customers are too many is refused until one is evicted, and nothing was counted', () => {
    const engine = createFeatureEngine({ cardsMax: 1 })
    engine.observe(use(0))
    expect(() => engine.observe(use(1, { customer: 'bea' }))).toThrow('fraud/cards-full')
    engine.evictCard('anna')
    expect(valueOf(engine.observe(use(1, { customer: 'bea' })), 't_count_30d')).toBe(2)
  })

  test('with too many terminals, those that were idle the longest are forgotten', () => {
    const engine = createFeatureEngine({ terminalsMax: 8 })
    for (let number = 0; number < 20; number += 1) engine.observe(use(number, { terminal: `t${number}` }))
    expect(engine.terminalsHeld).toBe(8)
    expect(valueOf(engine.observe(use(30, { terminal: 't19' })), 't_count_30d')).toBe(2)
    expect(valueOf(engine.observe(use(31, { terminal: 't1' })), 't_count_30d')).toBe(1)
    // A label for a use whose terminal is forgotten still reaches the card.
    engine.label(label(3))
    expect(valueOf(engine.observe(use(200)), 'c_fraud_14d')).toBe(1)
  })
})
