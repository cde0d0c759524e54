import { type Calibration, calibrateScores, uncalibrated } from './calibrate-scores.ts'
import { type Examples, eachRow } from './examples.ts'
import { fillBins, fillRows } from './fill-memory.ts'
import { type MarginOf, flattenTrees } from './flatten-trees.ts'
import { describeColumn } from './histogram.ts'
import type { Histogram, Model } from './model.ts'
import { readGrownTree } from './read-grown-tree.ts'
import { runThreads } from './run-threads.ts'
import {
  type TrainOptions,
  type TrainProgress,
  type TrainingSet,
  checkOptions,
  checkSet,
  defaultOptions,
} from './train-options.ts'
import { type TrainingPlan, allotMemory } from './training-memory.ts'

/**
 * Trains gradient-boosted trees that tell fraud from genuine uses: histograms over ranges of each feature, second-order
 * logistic loss (Chen & Guestrin 2016, sections 2 and 3), a learnt side for missing values. The same rows and options give
 * the same model to the last bit, whatever the number of threads.
 * @throws Fault `fraud/training-data` when rows or options cannot be learned from, with what is wrong as its cause;
 *   `fraud/training-failed` when a thread dies
 */
export async function trainTrees(
  set: TrainingSet,
  options: Partial<TrainOptions> = {},
  progress: (progress: TrainProgress) => void = () => undefined,
): Promise<Model> {
  const full = { ...defaultOptions, ...options }
  checkOptions(full)
  checkSet(set)
  const { names, heldOut } = set
  const plan = planTraining(set, full)
  const memory = allotMemory(plan)
  const base = fillRows(set, plan, memory)
  const { cuts, histograms } = fillBins(set, full.bins, plan, memory)
  let leastLoss = Infinity
  const kept = await runThreads(plan, memory, (trees, heldOutLoss) => {
    if (heldOutLoss < leastLoss) leastLoss = heldOutLoss
    progress({ trees, of: plan.trees, ...(heldOut === undefined ? {} : { heldOutLoss }) })
  })
  const trees = Array.from({ length: kept }, (_, tree) => readGrownTree(plan, memory, tree, cuts))
  const marginOf = flattenTrees({ names, base, trees })
  return {
    names: [...names],
    base,
    trees,
    calibration: heldOut === undefined ? uncalibrated : calibrate(marginOf, heldOut, names.length),
    about: { name: set.about.name, data: set.about.data },
    training: { ...describeRows(set), options: withoutThreads(full) },
    scores: leastLoss < Infinity ? { held_out_loss: leastLoss } : {},
    histograms: [...histograms, describeMargins(marginOf, set)],
  }
}

function planTraining(set: TrainingSet, options: TrainOptions): TrainingPlan {
  const features = set.names.length
  return {
    ...options,
    rows: set.labels.length,
    heldOut: set.heldOut?.labels.length ?? 0,
    features,
    width: options.bins + 1,
    threads: Math.min(options.threads, features),
  }
}

function calibrate(marginOf: MarginOf, { features, labels, weights }: Examples, width: number): Calibration {
  const margins = Float64Array.from(eachRow(features, width), marginOf)
  return calibrateScores(margins, labels, weights ?? new Float64Array(labels.length).fill(1))
}

/** How margins are spread: by so many rows at most, evenly chosen. */
const describedMax = 20_000

function describeMargins(marginOf: MarginOf, { features, labels, weights, names }: TrainingSet): Histogram {
  const every = Math.ceil(labels.length / describedMax)
  const margins: number[] = []
  const weightsOf: number[] = []
  let row = 0
  for (const one of eachRow(features, names.length)) {
    if (row % every === 0) {
      margins.push(marginOf(one))
      weightsOf.push(weights?.[row] ?? 1)
    }
    row += 1
  }
  return describeColumn(Float64Array.from(margins), Float64Array.from(weightsOf))
}

function describeRows({ labels, heldOut }: TrainingSet): Omit<Model['training'], 'options'> {
  const frauds = (of: Uint8Array): number => of.reduce((sum, label) => sum + label, 0)
  return {
    rows: labels.length,
    frauds: frauds(labels),
    heldOutRows: heldOut?.labels.length ?? 0,
    heldOutFrauds: heldOut === undefined ? 0 : frauds(heldOut.labels),
  }
}

/** The file is the same whatever the number of threads, so it does not name them. */
function withoutThreads(options: TrainOptions): Model['training']['options'] {
  const { trees, depth, bins, learningRate, l2, minLeafHessian, minGain, patience } = options
  return { trees, depth, bins, learningRate, l2, minLeafHessian, minGain, patience }
}
