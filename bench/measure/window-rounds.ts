import { performance } from 'node:perf_hooks'
import { type CardUse, createFeatureEngine, type FeatureEngine, featureNames } from '../../src/fraud/index.ts'
import { makeCardUses } from './made-card-uses.ts'

/** Uses that fill thirty days of windows before anything is measured. */
const historyCount = 300_000

/** Uses to measure on: those that fill the windows, and rounds of those that are timed. */
export type WindowUses = { readonly history: readonly CardUse[]; readonly rounds: readonly (readonly CardUse[])[] }

/** Uses of 5,000 cards, two a day each, in order of time. */
export function makeWindowUses(rounds: number, perRound: number): WindowUses {
  const all = makeCardUses(historyCount + rounds * perRound).map(({ use }) => use)
  const at = (round: number): number => historyCount + round * perRound
  return {
    history: all.slice(0, historyCount),
    rounds: Array.from({ length: rounds }, (_, round) => all.slice(at(round), at(round + 1))),
  }
}

/** An engine that has seen the history. */
export function fillEngine(history: readonly CardUse[]): FeatureEngine {
  const engine = createFeatureEngine()
  const into = new Float64Array(featureNames.length)
  for (const use of history) engine.observe(use, into)
  return engine
}

/** What one way took for a round of uses, in microseconds a use: of the clock, and of the processor (this process). */
export type RoundTime = { readonly clock: number; readonly cpu: number }

/** Times a round of uses on an engine. */
export function timeEngine(engine: FeatureEngine, uses: readonly CardUse[]): RoundTime {
  const into = new Float64Array(featureNames.length)
  const began = performance.now()
  const before = process.cpuUsage()
  for (const use of uses) if (engine.observe(use, into) === undefined) throw new Error('a use was refused')
  const { user, system } = process.cpuUsage(before)
  return { clock: ((performance.now() - began) * 1000) / uses.length, cpu: (user + system) / uses.length }
}

/** The middle one, to three digits. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toPrecision(3))
}
