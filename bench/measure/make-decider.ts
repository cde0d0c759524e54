import {
  type Decider,
  type FeatureEngine,
  createDecider,
  createFeatureEngine,
  featureNames,
  fraudModels,
  ruleLanguage,
  ruleSets,
} from '../../src/fraud/index.ts'
import type { MadeUse } from './made-card-uses.ts'

/** A week, as in the public method. */
const labelDelayMs = 7 * 86_400_000

/** Rules of the kind that banks have: a list, amounts, tempo, place. */
const rules = `amounts in USD
ask from score 60%
decline from score 97.5%

trusted: allow when merchant in trusted_merchants
blocked: block when country in blocked_countries
far-from-home: block when amount > 500 USD and country is not home_country
large-at-night: review when amount > 900 USD and at_night
`

/** A decider after a history: windows filled by it, a model trained on the latter half of it, and how long both took. */
export async function makeDecider(history: readonly MadeUse[], trees: number): Promise<Decider> {
  const engine = createFeatureEngine()
  const rows = replay(engine, history)
  const half = Math.floor(rows.length / 2)
  const model = await fraudModels.train(
    {
      names: featureNames,
      features: rows.slice(half).map(({ features }) => features),
      labels: Uint8Array.from(rows.slice(half), ({ isFraud }) => (isFraud ? 1 : 0)),
      about: { name: 'bench', data: 'made up' },
    },
    { trees, threads: 2 },
  )
  const read = ruleLanguage.readFile(rules)
  if (!read.ok) throw new Error(`the rules of the benchmark cannot be read: ${JSON.stringify(read.problems)}`)
  const compiled = ruleSets.compile(ruleSets.next(read.draft, 1, undefined), ruleSets.lists([]))
  const scorer = fraudModels.read(fraudModels.write(model), featureNames)
  return createDecider({ engine, scorer, rules: compiled, declines: true, homeCountryOf: () => 'US' })
}

function replay(engine: FeatureEngine, history: readonly MadeUse[]) {
  return history.flatMap(({ use, isFraud }) => {
    const features = engine.observe(use)
    const arrivedAtMs = use.atMs + labelDelayMs
    engine.label({ use: use.id, arrivedAtMs, isFraud, informed: true, source: 'bank', by: use.customer })
    return features === undefined ? [] : [{ features, isFraud }]
  })
}
