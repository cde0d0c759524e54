import type { Rows } from './rows.ts'
import { separate } from './separate.ts'

/** How dear mistakes are. */
export type Costs = {
  /** Of a mistake on a row of an average class: C of LIBLINEAR. */
  readonly mistake: number
  /** Rows of rare classes count for more, by this power of how rare their class is: 0 treats rows alike, 1 classes. */
  readonly balance: number
}

/** What each row is, by number of its class. */
export type Labelled = {
  readonly rows: Rows
  readonly classes: Uint8Array
  readonly classCount: number
  readonly costs: Costs
}

/** Called now and then during long work. */
export type Progress = (done: number, total: number) => void

/** Weights of every class against all others: one vector a class. */
export function trainWeights(labelled: Labelled, progress: Progress): readonly Float32Array[] {
  const { rows, classes, classCount } = labelled
  const costs = costsOf(labelled)
  return Array.from({ length: classCount }, (_, wanted) => {
    const signs = Int8Array.from(classes, (actual) => (actual === wanted ? 1 : -1))
    const weights = Float32Array.from(separate({ rows, signs, costs, seed: wanted + 1 }))
    progress(wanted + 1, classCount)
    return weights
  })
}

function costsOf({ classes, classCount, costs }: Labelled): Float64Array {
  const counts = new Float64Array(classCount)
  for (const one of classes) counts[one] = (counts[one] ?? 0) + 1
  const average = classes.length / classCount
  return Float64Array.from(classes, (one) => costs.mistake * (average / (counts[one] ?? 1)) ** costs.balance)
}
