import { createFeatureEngine } from '../features/create-feature-engine.ts'
import { type FeatureName, featureNames } from '../features/feature-names.ts'
import type { Scorer } from '../model/create-scorer.ts'
import { type ReasonKey, nameReasons } from '../model/name-reasons.ts'
import type { CardHistory, Truth } from './card-history.ts'
import { labelAfter, replayHistory } from './replay-history.ts'

/** Why one use of a history has its score. */
export type ExplainedUse = {
  readonly use: string
  readonly atMs: number
  readonly score: number
  readonly modelVersion: string
  readonly truth: Truth
  /** Strongest first; none speaks for fraud: empty. */
  readonly reasons: readonly ReasonKey[]
  /** How each feature moved the log-odds from `base`, largest first; value undefined: unknown. Base and all contributions are the margin. */
  readonly base: number
  readonly contributions: readonly {
    readonly feature: FeatureName
    readonly value: number | undefined
    readonly contribution: number
  }[]
}

export type ExplainOutcome =
  | { readonly found: 'explained'; readonly explained: ExplainedUse }
  | { readonly found: 'nothing-to-decide' | 'not-there' }

/**
 * Plays a history up to one use, by what was known when it was paid, and tells why the model scores it as it does. Labels arrive `delayMs`
 * after their use where the history does not say when.
 */
export function explainUse(
  { history, scorer, delayMs }: { history: CardHistory; scorer: Scorer; delayMs: number },
  wanted: string,
  onProgress: (done: number, of: number) => void,
): ExplainOutcome {
  let outcome: ExplainOutcome = { found: 'not-there' }
  replayHistory(
    { history, engine: createFeatureEngine(), labelling: labelAfter(history, delayMs) },
    (row, features) => {
      onProgress(row + 1, history.length)
      const use = history.useAt(row)
      if (use.id !== wanted) return
      const contributions = scorer.explain(features)
      outcome = {
        found: 'explained',
        explained: {
          use: use.id,
          atMs: use.atMs,
          score: scorer.score(features),
          modelVersion: scorer.version,
          truth: history.truth(row),
          reasons: nameReasons(contributions),
          base: scorer.baseMargin,
          contributions: contributions.flatMap(({ feature, contribution }) => {
            const at = featureNames.findIndex((name) => name === feature)
            const [name, value] = [featureNames[at], features[at]]
            return name === undefined
              ? []
              : [{ feature: name, value: Number.isNaN(value) ? undefined : value, contribution }]
          }),
        },
      }
    },
  )
  if (outcome.found === 'not-there' && hasUse(history, wanted)) return { found: 'nothing-to-decide' }
  return outcome
}

function hasUse(history: CardHistory, wanted: string): boolean {
  for (let row = 0; row < history.length; row += 1) if (history.useAt(row).id === wanted) return true
  return false
}
