import type { Shadow } from './backtest/shadow.ts'
import type { CardUse } from './card-use.ts'
import type { FeatureEngine } from './features/create-feature-engine.ts'
import { featureNames } from './features/feature-names.ts'
import type { Scorer } from './model/create-scorer.ts'
import { nameReasons } from './model/name-reasons.ts'
import type { RuleRow } from './rules/compile-rule.ts'
import type { CompiledRules } from './rules/compile-rules.ts'
import { judgeRow } from './rules/judge-row.ts'
import type { Judgement } from './rules/judge-row.ts'
import type { Thresholds } from './rules/rule-set.ts'

/** What is decided of one use. `observe`: Parley says nothing to the bank, in doubt and whenever it may not decline. */
export type Decision = {
  readonly verdict: 'approve' | 'decline' | 'observe'
  /** Whether the customer is asked if it was them. */
  readonly ask: boolean
  /** The model's probability of fraud; NaN where there is no model, or nothing to decide. */
  readonly score: number
  /** The rule that decided; without one, the score did, or nothing. */
  readonly rule?: { readonly id: string; readonly version: number; readonly sentence: string }
  /** Keys of words, strongest first: `rule`, or what spoke for fraud in the model. Empty where nobody is asked. */
  readonly reasons: readonly string[]
  readonly modelVersion: string
  /** Which version of the bank's rules was asked. */
  readonly rulesVersion: number
}

export type Decider = {
  /** Counts a use into the windows and decides. Synchronous, without a clock. */
  decide(use: CardUse): Decision
}

export type DeciderOptions = {
  readonly engine: Pick<FeatureEngine, 'observe'>
  /** Without a model, rules alone decide. */
  readonly scorer?: Pick<Scorer, 'score' | 'explain' | 'version'> | undefined
  readonly rules: CompiledRules
  /** In place of those that came with the rules. */
  readonly thresholds?: Thresholds
  /** Whether the bank takes declines from Parley; without it, what would be declined is observed and asked. */
  readonly declines: boolean
  /** Where a customer lives (ISO 3166 alpha-2), '' where that is not known. */
  readonly homeCountryOf?: (customer: string) => string
  /** Candidates that judge the same rows without effect. */
  readonly shadow?: Pick<Shadow, 'note'> | undefined
}

/**
 * Decides about card uses: features, then rules, then the score. It holds no state but the engine's, so a new one over the same engine takes
 * the place of an old one when rules or model change.
 */
export function createDecider(options: DeciderOptions): Decider {
  const { engine, scorer, declines, shadow, homeCountryOf = () => '' } = options
  const rules = options.thresholds === undefined ? options.rules : { ...options.rules, thresholds: options.thresholds }
  const modelVersion = scorer?.version ?? 'none'
  const rulesVersion = rules.version
  const nothingToDecide: Decision = { verdict: 'observe', ask: false, score: Number.NaN, reasons: noReasons, modelVersion, rulesVersion } // prettier-ignore
  // One row for all uses: nobody keeps it beyond the decision.
  const into = new Float64Array(featureNames.length)
  return {
    decide(use) {
      const features = engine.observe(use, into)
      // Seen before, or a later word on a use that was decided: nothing to say to the bank, nothing to ask.
      if (features === undefined) return nothingToDecide
      const score = scorer === undefined ? Number.NaN : scorer.score(features)
      const row: RuleRow = { use, features, score, homeCountry: homeCountryOf(use.customer) }
      const judgement = judgeRow(rules, row)
      shadow?.note(row, judgement)
      const ask = judgement.outcome === 'block' || judgement.outcome === 'review'
      const decision = {
        verdict: verdictOf(use, judgement, declines),
        ask,
        score,
        reasons: ask ? reasonsOf(judgement, scorer, features) : noReasons,
        modelVersion,
        rulesVersion,
      }
      return judgement.by === 'rule' ? { ...decision, rule: shown(judgement) } : decision
    },
  }
}

const noReasons: readonly string[] = []

/** An advice tells of what the bank has decided already. */
function verdictOf(use: CardUse, { outcome }: Judgement, declines: boolean): Decision['verdict'] {
  if (use.kind !== 'authorization') return 'observe'
  if (outcome === 'block') return declines ? 'decline' : 'observe'
  return outcome === 'review' ? 'observe' : 'approve'
}

function shown({ rule: { id, version, sentence } }: Judgement & { by: 'rule' }): NonNullable<Decision['rule']> {
  return { id, version, sentence }
}

/** Explaining takes a millisecond or so, and is done for the few uses that somebody is asked about. */
function reasonsOf(judgement: Judgement, scorer: DeciderOptions['scorer'], features: Float64Array): readonly string[] {
  const byModel = scorer === undefined ? [] : nameReasons(scorer.explain(features))
  return judgement.by === 'rule' ? ['rule', ...byModel] : byModel
}
