import { driftOfSpread, driftReport } from './drift-report.ts'
import { loadDefaultModel } from './load-default-model.ts'
import { createModelTrial } from './model-trial.ts'
import { readModel } from './read-model.ts'
import { bandedPrecision } from './score-bands.ts'
import { trainTrees } from './train-trees.ts'
import { writeModel } from './write-model.ts'

/** A model's life: trained, written, read, compared with what comes in today. */
export const fraudModels = {
  train: trainTrees,
  write: writeModel,
  read: readModel,
  readDefault: loadDefaultModel,
  driftOf: driftReport,
  driftOfSpread,
  trial: createModelTrial,
  bandedPrecision,
} as const
