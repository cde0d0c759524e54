import type { CardUse } from '../card-use.ts'
import type { Truth } from '../evaluate/card-history.ts'
import type { RuleRow } from '../rules/compile-rule.ts'
import type { CompiledRules } from '../rules/compile-rules.ts'
import { judgeRow } from '../rules/judge-row.ts'
import type { Outcome } from '../rules/syntax.ts'
import { countFigures } from './figures.ts'
import type { FigureCount, Figures } from './figures.ts'

/** What one rule came to. `alone`: every use it holds for; `decided`: those that no rule before it decided. */
export type RuleFigures = {
  readonly id: string
  readonly version: number
  readonly outcome: Outcome
  readonly sentence: string
  readonly alone: Figures
  readonly decided: Figures
}

/** What a whole set came to. */
export type SetFigures = {
  readonly version: number
  /** Blocked or reviewed: what a customer is asked about, whoever decided it. */
  readonly asked: Figures
  readonly byOutcome: Readonly<Record<Outcome, Figures>>
  /** Asked by the score alone, where no rule spoke. */
  readonly byScore: Figures
  /** In the order in which they are asked. */
  readonly rules: readonly RuleFigures[]
}

/** Judges uses by a set and counts what comes of it. */
export type JudgementCount = {
  /** Gives whether the customer is asked. */
  judge(row: RuleRow, customer: number | string, truth: Truth): boolean
  figures(): SetFigures
}

/** An empty count for a set. */
export function countJudgements(rules: CompiledRules): JudgementCount {
  const asked = countFigures()
  const byScore = countFigures()
  const byOutcome = { allow: countFigures(), block: countFigures(), review: countFigures() }
  const counts = rules.rules.map((rule) => ({ rule, alone: countFigures(), decided: countFigures() }))
  const decidedBy = new Map<string, FigureCount>(counts.map(({ rule, decided }) => [rule.id, decided]))
  return {
    judge(row, customer, truth) {
      const add = (count: FigureCount | undefined, use: CardUse = row.use): void => count?.add(use, customer, truth)
      for (const { rule, alone } of counts) if (rule.holds(row)) add(alone)
      const judgement = judgeRow(rules, row)
      if (judgement.outcome === 'pass') return false
      add(byOutcome[judgement.outcome])
      add(judgement.by === 'score' ? byScore : decidedBy.get(judgement.rule.id))
      if (judgement.outcome === 'allow') return false
      add(asked)
      return true
    },
    figures: () => ({
      version: rules.version,
      asked: asked.figures(),
      byOutcome: {
        allow: byOutcome.allow.figures(),
        block: byOutcome.block.figures(),
        review: byOutcome.review.figures(),
      },
      byScore: byScore.figures(),
      rules: counts.map(({ rule: { id, version, outcome, sentence }, alone, decided }) => {
        return { id, version, outcome, sentence, alone: alone.figures(), decided: decided.figures() }
      }),
    }),
  }
}
