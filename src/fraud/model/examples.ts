import { Fault } from '../../kernel/index.ts'

/** Card uses with what became of them: to learn from, or to be judged by. */
export type Examples = {
  /** What was known of each use, in the order of the features' names; NaN = missing. One array a row, or all rows one after another. */
  readonly features: readonly Float64Array[] | Float64Array
  /** 1 = fraud, 0 = genuine. */
  readonly labels: Uint8Array
  /** How much each row counts, at least 0; without them every row counts 1. */
  readonly weights?: Float64Array
}

/** More are not held in memory at once. */
const rowsMax = 20_000_000

/**
 * Checks that rows, labels and weights belong together.
 * @throws Fault `fraud/training-data` with what is wrong as its cause
 */
export function checkExamples({ features, labels, weights }: Examples, width: number): void {
  const rows = labels.length
  if (rows > rowsMax) refuse(`more than ${rowsMax} rows`)
  if (rowsIn(features, width) !== rows) refuse('another number of rows than of labels')
  if (!(features instanceof Float64Array) && features.some((row) => row.length !== width)) {
    refuse(`a row without its ${width} features`)
  }
  for (const row of eachRow(features, width)) {
    if (row.some((value) => Math.abs(value) === Infinity)) refuse('an infinite feature')
  }
  if (labels.some((label) => label > 1)) refuse('a label that is neither 0 nor 1')
  if (weights === undefined) return
  if (weights.length !== rows) refuse('another number of weights than of rows')
  if (weights.some((weight) => !(weight >= 0 && weight < Infinity))) refuse('a weight below 0, or none')
}

/** Copies one feature of every row into a column. */
export function copyColumn(features: Examples['features'], feature: number, width: number, into: Float64Array): void {
  for (let row = 0; row < into.length; row += 1) {
    into[row] =
      features instanceof Float64Array ? (features[row * width + feature] ?? NaN) : (features[row]?.[feature] ?? NaN)
  }
}

/** Each row in turn; with all rows in one array a view on it, not a copy. */
export function* eachRow(features: Examples['features'], width: number): Generator<Float64Array> {
  if (!(features instanceof Float64Array)) return yield* features
  for (let at = 0; at < features.length; at += width) yield features.subarray(at, at + width)
}

function rowsIn(features: Examples['features'], width: number): number {
  return features instanceof Float64Array ? features.length / width : features.length
}

/** Ends a training that cannot begin. */
export function refuse(what: string): never {
  throw new Fault('fraud/training-data', { retry: 'never', cause: new Error(what) })
}
