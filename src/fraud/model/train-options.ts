import { type Examples, checkExamples, refuse } from './examples.ts'

/** How trees are grown. All are in the model file but `threads`, which changes nothing but time. */
export type TrainOptions = {
  /** At most so many trees. */
  readonly trees: number
  /** Questions from a tree's root to a leaf, at most. */
  readonly depth: number
  /** Into so many ranges each feature is cut, at most; missing values have one of their own beside them. */
  readonly bins: number
  /** The share of each tree's advice that is taken. */
  readonly learningRate: number
  /** L2 on the advice of a leaf: few rows pull less. */
  readonly l2: number
  /** The least sum of second derivatives (p·(1 − p)·weight) in a leaf. */
  readonly minLeafHessian: number
  /** A split must lower the loss by more than this. */
  readonly minGain: number
  /** With held-out rows: so many trees without a lower loss on them end the training, and are dropped. */
  readonly patience: number
  /** Threads that share the work: with 1 it is done in the caller's, which is busy meanwhile. */
  readonly threads: number
}

/** What a training tells while it goes on. */
export type TrainProgress = {
  readonly trees: number
  readonly of: number
  /** Mean logarithmic loss on the held-out rows, where there are some. */
  readonly heldOutLoss?: number
}

/** What is learned from, and everything that the file will say about it. */
export type TrainingSet = Examples & {
  /** Names of the features, in their order; the file repeats them. */
  readonly names: readonly string[]
  /** Rows that no tree sees: they end the training early and fit the calibration. Later in time than the others, best. */
  readonly heldOut?: Examples
  /** The model's name and, in plain words, what data it was trained on. */
  readonly about: { readonly name: string; readonly data: string }
}

export const defaultOptions: TrainOptions = {
  trees: 400,
  depth: 4,
  bins: 64,
  learningRate: 0.05,
  l2: 1,
  minLeafHessian: 1,
  minGain: 0,
  patience: 40,
  threads: 2,
}

/** Bounds of a model: what a reader of files accepts, a trainer makes. `logOdds`: no base, advice or offset is farther from 0, so sums stay numbers. */
export const modelLimits = {
  features: 256,
  trees: 5_000,
  depth: 8,
  bins: 255,
  threads: 16,
  nameCharacters: 100,
  dataCharacters: 2_000,
  logOdds: 1e6,
} as const

/**
 * Checks that a training can be done so.
 * @throws Fault `fraud/training-data` with what is wrong as its cause
 */
export function checkOptions(options: TrainOptions): void {
  const { trees, depth, bins, learningRate, l2, minLeafHessian, minGain, patience, threads } = options
  const wholes = { trees, depth, bins, patience, threads }
  const highest = {
    trees: modelLimits.trees,
    depth: modelLimits.depth,
    bins: modelLimits.bins,
    patience: Infinity,
    threads: modelLimits.threads,
  }
  for (const [name, value] of Object.entries(wholes)) {
    const least = name === 'bins' ? 2 : 1
    if (!Number.isInteger(value) || value < least) refuse(`${name} is below ${least}, or no whole number`)
  }
  for (const name of ['trees', 'depth', 'bins', 'threads'] as const) {
    if (wholes[name] > highest[name]) refuse(`${name} is above ${highest[name]}`)
  }
  if (!(learningRate > 0 && learningRate <= 1)) refuse('learningRate is not above 0 and at most 1')
  if (!(l2 >= 0 && l2 < Infinity)) refuse('l2 is below 0')
  // Leaves without a row must be impossible.
  if (!(minLeafHessian >= minLeafHessianMin && minLeafHessian < Infinity))
    refuse(`minLeafHessian is below ${minLeafHessianMin}`)
  if (!(minGain >= 0 && minGain < Infinity)) refuse('minGain is below 0')
}

const minLeafHessianMin = 1e-6

/**
 * Checks that there is something to learn, and that rows and names fit.
 * @throws Fault `fraud/training-data` with what is wrong as its cause
 */
export function checkSet(set: TrainingSet): void {
  const { names, heldOut, about } = set
  if (names.length === 0 || names.length > modelLimits.features)
    refuse(`no feature, or more than ${modelLimits.features}`)
  if (new Set(names).size !== names.length) refuse('two features of one name')
  for (const name of names)
    if (!isShort(name, modelLimits.nameCharacters)) refuse('a feature without a name, or with a long one')
  if (!isShort(about.name, modelLimits.nameCharacters)) refuse('a model without a name, or with a long one')
  if (!isShort(about.data, modelLimits.dataCharacters)) refuse('data without a description, or with a long one')
  checkExamples(set, names.length)
  if (![0, 1].every((label) => hasWeight(set, label))) refuse('rows of one kind only: nothing to tell apart')
  if (heldOut === undefined) return
  checkExamples(heldOut, names.length)
  if (![0, 1].some((label) => hasWeight(heldOut, label))) refuse('held-out rows of no weight')
}

function isShort(text: string, characters: number): boolean {
  return text.length > 0 && text.length <= characters
}

function hasWeight({ labels, weights }: Examples, label: number): boolean {
  return labels.some((one, row) => one === label && (weights?.[row] ?? 1) > 0)
}
