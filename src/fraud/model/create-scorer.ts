import { Fault } from '../../kernel/index.ts'
import { probabilityOf } from './calibrate-scores.ts'
import { type Contribution, createExplainer } from './explain-margin.ts'
import { type MarginOf, flattenTrees } from './flatten-trees.ts'
import type { Model } from './model.ts'

/** Scores card uses by a model. Rows hold features in the order that `readModel` was told; NaN = missing. Holds no state between rows. */
export type Scorer = {
  readonly model: Model
  /** Tells this file from every other: the first 16 hex digits of its checksum. */
  readonly version: string
  /** Where in a row each of the model's features stands. */
  readonly columns: Uint16Array
  /** The calibrated probability of fraud. */
  readonly score: (features: Float64Array) => number
  /** Log-odds of fraud before calibration; in the same order as scores. */
  readonly margin: MarginOf
  /** The margin that contributions start from. */
  readonly baseMargin: number
  /** What moved the margin, largest first: `baseMargin` and all contributions together are the margin. A millisecond or so: for decisions that need reasons. */
  readonly explain: (features: Float64Array) => readonly Contribution[]
}

/** What rows hold, and which file the model came from. */
export type ScorerOptions = {
  /** Names of the features in a row, in their order; by default the model's own. */
  readonly rowNames?: readonly string[] | undefined
  /** By default `unwritten`: a model that was trained and not yet put into a file. */
  readonly version?: string
}

/**
 * Makes a model ready to score.
 * @throws Fault `fraud/model-features` when the model asks for a feature that rows do not have
 */
export function createScorer(
  model: Model,
  { rowNames = model.names, version = 'unwritten' }: ScorerOptions = {},
): Scorer {
  const columns = findColumns(model.names, rowNames)
  const margin = flattenTrees(model, columns)
  const explainer = createExplainer(model, columns)
  return {
    model,
    version,
    columns,
    score: (features) => probabilityOf(model.calibration, margin(features)),
    margin,
    baseMargin: explainer.base,
    explain: explainer.explain,
  }
}

function findColumns(names: readonly string[], rowNames: readonly string[]): Uint16Array {
  return Uint16Array.from(names, (name) => {
    const column = rowNames.indexOf(name)
    if (column >= 0) return column
    throw new Fault('fraud/model-features', { retry: 'never', cause: new Error(`no feature is called ${name}`) })
  })
}
