import { createFeatureEngine } from '../features/create-feature-engine.ts'
import { featureNames } from '../features/feature-names.ts'
import { createScorer } from '../model/create-scorer.ts'
import { trainTrees } from '../model/train-trees.ts'
import { areaUnderRoc } from './area-under-roc.ts'
import { averagePrecision } from './average-precision.ts'
import type { CardHistory } from './card-history.ts'
import { cardPrecision } from './card-precision.ts'
import { evaluationOptions, handbookFeatures } from './evaluation-options.ts'
import { gatherExamples } from './gather-examples.ts'
import { type Labelling, labelAfter, replayHistory } from './replay-history.ts'
import { type Split, type SplitDays, dayMs, splitByDays } from './split-by-days.ts'

/** How many customers a day the card precision looks at. */
const topCards = 100
/** Of more training payments the genuine are thinned. */
const trainRowsMax = 200_000

export type Evaluation = {
  readonly aucRoc: number
  readonly averagePrecision: number
  readonly cardPrecision100: number
  readonly train: { readonly uses: number; readonly frauds: number }
  readonly test: { readonly uses: number; readonly frauds: number; readonly removed: number }
  readonly trees: number
}

export type EvaluateDeps = {
  readonly threads: number
  readonly onProgress: (stage: 'features' | 'training', done: number, of: number) => void
}

/** What an evaluation can fail with on a history that reads well: a period without what it needs. */
export class EmptyPeriod extends Error {
  readonly code = 'fraud/period-empty'
}

/**
 * Trains on one period and measures on a later one, by the method of the public fraud-detection handbook: features see every payment from
 * the first on and every label once it has arrived, `delayDays` after its payment (`labelling` says otherwise where the loop is tried out).
 * Throws {@link EmptyPeriod}.
 */
export async function evaluateHistory(
  deps: EvaluateDeps,
  history: CardHistory,
  days: SplitDays,
  labelling: Labelling = labelAfter(history, days.delayDays * dayMs),
): Promise<Evaluation> {
  const split = splitByDays(history, days)
  checkSplit(history, split)
  const inTrain = new Set(split.train)
  const inTest = new Set(split.test)
  const train = gatherExamples(Math.max(1, Math.ceil(split.train.length / trainRowsMax)))
  const tested: Float64Array[] = []
  replayHistory({ history, engine: createFeatureEngine(), labelling }, (row, features) => {
    if (inTrain.has(row)) train.add(row, features, history.truth(row) === 'fraud')
    if (inTest.has(row)) tested.push(features)
    deps.onProgress('features', row + 1, history.length)
  })
  const model = await trainTrees(
    {
      names: handbookFeatures,
      ...train.examples(handbookFeatures),
      about: { name: 'evaluation', data: 'the training period of an evaluation' },
    },
    { ...evaluationOptions(train.frauds), threads: deps.threads },
    ({ trees, of }) => deps.onProgress('training', trees, of),
  )
  const scorer = createScorer(model, { rowNames: featureNames })
  const scores = Float64Array.from(tested, (features) => scorer.margin(features))
  return { ...measure(history, split, scores), trees: model.trees.length }
}

/** The three measures of scores for the rows of a test. */
export function measure(history: CardHistory, split: Split, scores: Float64Array): Omit<Evaluation, 'trees'> {
  const labels = labelsOf(history, split.test)
  const uses = split.test.map((row, at) => ({
    day: Math.floor(history.atMs(row) / dayMs),
    customer: history.customer(row),
    score: scores[at] ?? 0,
    isFraud: labels[at] === 1,
  }))
  return {
    aucRoc: areaUnderRoc(scores, labels),
    averagePrecision: averagePrecision(scores, labels),
    cardPrecision100: cardPrecision(uses, topCards),
    train: { uses: split.train.length, frauds: countFrauds(history, split.train) },
    test: { uses: split.test.length, frauds: countFrauds(history, split.test), removed: split.removedCount },
  }
}

function checkSplit(history: CardHistory, { train, test }: Split): void {
  for (const [name, rows] of [
    ['training', train],
    ['test', test],
  ] as const) {
    const frauds = countFrauds(history, rows)
    if (rows.length === 0) throw new EmptyPeriod(`there is no payment in the ${name} period`)
    if (frauds === 0) throw new EmptyPeriod(`there is no fraud in the ${name} period`)
    if (frauds === rows.length) throw new EmptyPeriod(`there is nothing but fraud in the ${name} period`)
  }
}

function countFrauds(history: CardHistory, rows: readonly number[]): number {
  return rows.filter((row) => history.truth(row) === 'fraud').length
}

function labelsOf(history: CardHistory, rows: readonly number[]): Uint8Array {
  return Uint8Array.from(rows, (row) => (history.truth(row) === 'fraud' ? 1 : 0))
}
