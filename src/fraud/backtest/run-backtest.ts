import type { CardHistory } from '../evaluate/card-history.ts'
import { replayHistory } from '../evaluate/replay-history.ts'
import type { Labelling } from '../evaluate/replay-history.ts'
import { createFeatureEngine } from '../features/create-feature-engine.ts'
import type { FeatureEngine } from '../features/create-feature-engine.ts'
import type { RuleRow } from '../rules/compile-rule.ts'
import type { CompiledRules } from '../rules/compile-rules.ts'
import { countJudgements } from './count-judgements.ts'
import type { SetFigures } from './count-judgements.ts'
import { countFigures, dayOf } from './figures.ts'
import type { Figures } from './figures.ts'

/** What is tried on what. */
export type BacktestInput = {
  readonly history: CardHistory
  /** When each truth becomes known to the features. What is counted is the truth itself, known or not by then. */
  readonly labelling: Labelling
  readonly candidate: CompiledRules
  /** What decides now; the candidate is shown against it. */
  readonly live?: CompiledRules | undefined
  readonly scorer?: { readonly score: (features: Float64Array) => number } | undefined
  readonly homeCountryOf?: (customer: string) => string
  /** Uses before it fill the windows and are not counted; ms since 1970. */
  readonly countFromMs?: number
  /** By default the product's own: there is no other way to features. */
  readonly engine?: FeatureEngine
  readonly onProgress?: (done: number, of: number) => void
}

/** What a candidate would have come to. Everything that is counted has a truth; uses of which nothing is known are left out. */
export type Backtest = {
  /** Days of UTC, both ends included; null when nothing was counted. */
  readonly from: string | null
  readonly to: string | null
  readonly days: number
  readonly customers: number
  readonly uses: number
  readonly frauds: number
  readonly fraudMinor: number
  readonly candidate: SetFigures
  readonly live: SetFigures | null
  /** Asked by the candidate and not by the live set, and the other way round. */
  readonly more: Figures | null
  readonly less: Figures | null
}

const progressEvery = 10_000

/** Plays recorded uses through the features and both sets. Pure; a million uses take some seconds. */
export function runBacktest(input: BacktestInput): Backtest {
  const { history, labelling, scorer, countFromMs = -Infinity, homeCountryOf = () => '', onProgress } = input
  const candidate = countJudgements(input.candidate)
  const live = input.live === undefined ? undefined : countJudgements(input.live)
  const [all, more, less] = [countFigures(), countFigures(), countFigures()]
  const customers = new Set<number>()
  let [first, last] = [Infinity, -Infinity]
  const engine = input.engine ?? createFeatureEngine()
  replayHistory({ history, engine, labelling }, (at, features) => {
    if (at % progressEvery === 0) onProgress?.(at, history.length)
    const truth = history.truth(at)
    if (truth === 'unknown' || history.atMs(at) < countFromMs) return
    const use = history.useAt(at)
    const customer = history.customer(at)
    customers.add(customer)
    first = Math.min(first, use.atMs)
    last = Math.max(last, use.atMs)
    all.add(use, customer, truth)
    const score = scorer === undefined ? Number.NaN : scorer.score(features)
    const row: RuleRow = { use, features, score, homeCountry: homeCountryOf(use.customer) }
    const asks = candidate.judge(row, customer, truth)
    if (live === undefined) return
    const asked = live.judge(row, customer, truth)
    if (asks && !asked) more.add(use, customer, truth)
    if (asked && !asks) less.add(use, customer, truth)
  })
  const isEmpty = first > last
  return {
    from: isEmpty ? null : isoDay(first),
    to: isEmpty ? null : isoDay(last),
    days: isEmpty ? 0 : dayOf(last) - dayOf(first) + 1,
    customers: customers.size,
    uses: all.figures().uses,
    frauds: all.figures().frauds,
    fraudMinor: all.figures().fraudMinor,
    candidate: candidate.figures(),
    live: live?.figures() ?? null,
    more: live === undefined ? null : more.figures(),
    less: live === undefined ? null : less.figures(),
  }
}

/** False questions for each 1,000 customers and day: how often a customer who did nothing wrong is troubled. */
export function falsePer1000(figures: Figures, { customers, days }: Pick<Backtest, 'customers' | 'days'>): number {
  return customers === 0 || days === 0 ? 0 : (figures.falseQuestions / (customers * days)) * 1_000
}

function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
