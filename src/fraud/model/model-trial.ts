import type { RuleRow } from '../rules/compile-rule.ts'
import type { CompiledRules } from '../rules/compile-rules.ts'
import { judgeRow } from '../rules/judge-row.ts'
import type { Judgement } from '../rules/judge-row.ts'
import type { Scorer } from './create-scorer.ts'
import { createSpread } from './drift-report.ts'
import { bandOf } from './score-bands.ts'

/** What both models made of one use: a band of the score, and whether the rules would have asked with it. */
export type TriedUse = {
  readonly use: string
  readonly customer: string
  readonly amountMinor: number
  readonly champion: TriedScore
  readonly challenger: TriedScore
}
export type TriedScore = { readonly band: number; readonly asked: boolean }

/** How a model's features were spread, to be added to what is kept: ranges of all features one after another. */
export type SpreadCounts = { readonly rows: number; readonly counts: readonly number[] }

/** A challenger scores what the champion decides, and decides nothing. */
export type ModelTrial = {
  note(row: RuleRow, judgement: Judgement): void
  /** What was noted since the last time. */
  take(): {
    readonly uses: readonly TriedUse[]
    readonly spread: { readonly champion: SpreadCounts; readonly challenger: SpreadCounts }
    /** Uses that were not noted, because nobody took the ones before. */
    readonly lost: number
  }
}

/** Uses that wait to be taken; past it further ones are not compared. */
const waitingMax = 20_000
/** Of so many uses one is looked at for how features are spread: each look costs as much as a score. */
const spreadEvery = 8

/** @param rules what the champion decides by: asked of the challenger's score too */
export function createModelTrial({
  champion,
  challenger,
  rules,
}: {
  readonly champion: Scorer
  readonly challenger: Scorer
  readonly rules: CompiledRules
}): ModelTrial {
  let waiting: TriedUse[] = []
  let [lost, seen] = [0, 0]
  const spreads = { champion: createSpread(champion), challenger: createSpread(challenger) }
  return {
    note(row, judgement) {
      if (seen % spreadEvery === 0) {
        spreads.champion.note(row.features)
        spreads.challenger.note(row.features)
      }
      seen += 1
      if (waiting.length >= waitingMax) {
        lost += 1
        return
      }
      const score = challenger.score(row.features)
      const { id, customer, amountMinor } = row.use
      waiting.push({
        ...{ use: id, customer, amountMinor },
        champion: { band: bandOf(row.score), asked: asks(judgement) },
        challenger: { band: bandOf(score), asked: asks(judgeRow(rules, { ...row, score })) },
      })
    },
    take() {
      const uses = waiting
      const taken = { uses, lost, spread: { champion: spreads.champion.take(), challenger: spreads.challenger.take() } }
      waiting = []
      lost = 0
      return taken
    },
  }
}

function asks({ outcome }: Judgement): boolean {
  return outcome === 'block' || outcome === 'review'
}
