import type { Features } from '../understand/features.ts'
import { type Columns, chooseColumns, makeRows, scoreRow } from './rows.ts'
import { type Costs, type Progress, trainWeights } from './train-weights.ts'

export type { Progress }

/** What is learned from: texts as features, the number of each one's class, and how dear mistakes are. */
export type Examples = {
  readonly features: readonly Features[]
  readonly classes: Uint8Array
  readonly classCount: number
  readonly costs: Costs
}

/** A trained machine, not yet packed. */
export type Machine = {
  readonly columns: Columns
  /** One vector for each class; its last entry is what the class scores before a word is read. */
  readonly weights: readonly Float32Array[]
  /** What a text scores for each class. */
  readonly score: (features: Features) => Float64Array
}

/** Trains one machine for each class against all others. */
export function trainMachine({ features, classes, classCount, costs }: Examples, progress: Progress): Machine {
  const columns = chooseColumns(features)
  const weights = trainWeights({ rows: makeRows(features, columns), classes, classCount, costs }, progress)
  const score = (one: Features): Float64Array => {
    const row = makeRows([one], columns)
    return Float64Array.from(weights, (ofClass) => scoreRow(row, 0, ofClass))
  }
  return { columns, weights, score }
}
