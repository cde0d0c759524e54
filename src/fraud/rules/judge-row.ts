import type { RuleRow } from './compile-rule.ts'
import type { CompiledRule, CompiledRules } from './compile-rules.ts'
import type { Outcome } from './syntax.ts'

/** What a set says of a use: an outcome and what decided it, or nothing. */
export type Judgement =
  | { readonly outcome: Outcome; readonly by: 'rule'; readonly rule: CompiledRule }
  | { readonly outcome: 'block' | 'review'; readonly by: 'score' }
  | { readonly outcome: 'pass'; readonly by: 'nothing' }

const passed: Judgement = { outcome: 'pass', by: 'nothing' }
const blockedByScore: Judgement = { outcome: 'block', by: 'score' }
const reviewedByScore: Judgement = { outcome: 'review', by: 'score' }

/** One use, judged: a rule if one holds, else the score alone. The decider, the backtest and the shadow all ask here. */
export function judgeRow(rules: CompiledRules, row: RuleRow): Judgement {
  const rule = rules.decide(row)
  if (rule !== undefined) return { outcome: rule.outcome, by: 'rule', rule }
  const { ask, decline } = rules.thresholds
  // A missing score is NaN, and compares as no.
  if (decline !== undefined && row.score >= decline) return blockedByScore
  return row.score >= ask ? reviewedByScore : passed
}
