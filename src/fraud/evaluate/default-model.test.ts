import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createFeatureEngine } from '../features/create-feature-engine.ts'
import { featureNames } from '../features/feature-names.ts'
import { fraudModels } from '../model/fraud-models.ts'
import { useOn } from '../test-support/small-history.ts'

const scorer = fraudModels.readDefault(featureNames)

describe('the model that Parley comes with', () => {
  it('says in its file and on its card that it was trained on our simulator, and the card is of this file', () => {
    const card = readFileSync(new URL('../../../docs/fraud-model-card.md', import.meta.url), 'utf8')
    expect(card).toContain(scorer.version)
    expect(card).toContain(scorer.model.about.data)
    expect(scorer.model.about.data).toContain('simulator, not a bank’s data')
    for (const [name, score] of Object.entries(scorer.model.scores)) {
      if (name.startsWith('test_')) expect(card).toContain(score.toFixed(3))
    }
  })

  it('asks for nothing that grows with the number of cards one sees', () => {
    expect(scorer.model.names.filter((name) => /^t_(count|sum|mean|dev|labelled)/.test(name))).toEqual([])
  })

  it('finds a life of small payments unsuspicious, and a burst of large ones far away suspicious', () => {
    const engine = createFeatureEngine()
    const home = { latitude: 37.3, longitude: -121.9, country: 'US', category: '5411', presence: 'in-person' } as const
    const scores: number[] = []
    for (let day = 0; day < 60; day += 1) {
      const features = engine.observe(useOn(day + 0.5, { id: `h${day}`, ...home, merchant: `m${day % 5}`, terminal: `m${day % 5}/1`, amountMinor: 2_000 + 37 * (day % 11) })) // prettier-ignore
      if (features !== undefined) scores.push(scorer.score(features))
      engine.label({ use: `h${day - 7}`, arrivedAtMs: 0, isFraud: false, informed: true, source: 'bank', by: 'c1' })
    }
    expect(Math.max(...scores.slice(14))).toBeLessThan(0.05)
    const burst = Array.from(
      { length: 4 },
      (_, at) =>
      engine.observe(useOn(59.6 + at / 200, { id: `b${at}`, ...home, latitude: 44.4, longitude: 26.1, country: 'RO', merchant: `r${at}`, terminal: `r${at}/1`, amountMinor: 60_000 + at })), // prettier-ignore
    )
    const last = burst.at(-1)
    if (last === undefined) throw new Error('refused')
    expect(scorer.score(last)).toBeGreaterThan(0.5)
  })
})
