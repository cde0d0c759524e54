import { generateHandbookWorld } from '../../../sandbox/bank/payments/handbook-world.ts'
import { evaluateHistory, measure } from '../../../src/fraud/evaluate/evaluate-history.ts'
import { type SplitDays, dayMs, splitByDays } from '../../../src/fraud/evaluate/split-by-days.ts'
import { handbookRules } from './bayes-filter.ts'
import { filterRows, handbookHistory } from './handbook-history.ts'
import { scoreByFilter } from './score-by-filter.ts'
import { simulateAnswers } from './simulate-answers.ts'

export type WorldPlan = {
  readonly seed: string
  readonly customers: number
  readonly days: number
  readonly threads: number
}

/** Who scores, and what it hears: the shares are of all frauds, reported within the hour. */
export type Trial = { readonly by: 'model' | 'filter'; readonly share: number; readonly informed: boolean }

export type TrialResult = Trial & {
  readonly seed: string
  readonly averagePrecision: number
  readonly aucRoc: number
  readonly cardPrecision100: number
  readonly frauds: number
}

const week = 7
const startMs = Date.UTC(2018, 3, 1)
/** Two terminals for each customer, as in the handbook's world. */
const terminalsEach = 2

/** Plays trials on one world, whose last three weeks are training, delay and test. */
export async function* runWorld(plan: WorldPlan, trials: readonly Trial[]): AsyncGenerator<TrialResult> {
  const { seed, customers, days, threads } = plan
  const world = generateHandbookWorld({ seed, customers, terminals: terminalsEach * customers, days })
  const history = handbookHistory(world, startMs)
  const rows = filterRows(world, startMs)
  const split: SplitDays = {
    trainStartMs: startMs + (days - 3 * week) * dayMs,
    trainDays: week,
    delayDays: week,
    testDays: week,
  }
  const { test, ...rest } = splitByDays(history, split)
  for (const trial of trials) {
    const { share, informed } = trial
    const labelling = simulateAnswers(history, { share, informed, seed }, week * dayMs)
    const found =
      trial.by === 'model'
        ? await evaluateHistory({ threads, onProgress: () => undefined }, history, split, labelling)
        : measure(history, { ...rest, test }, scoreByFilter({ history, rows, labelling }, { ...handbookRules, reportedShare: share }, test)) // prettier-ignore
    const { averagePrecision, aucRoc, cardPrecision100 } = found
    yield { ...trial, seed, averagePrecision, aucRoc, cardPrecision100, frauds: found.test.frauds }
  }
}
