import type { Model } from '../model/model.ts'
import type { TrainOptions } from '../model/train-options.ts'
import { trainTrees } from '../model/train-trees.ts'
import { makeRows } from './seeded-rows.ts'

export const sampleNames = ['amount', 'c_km', 't_risk_7d'] as const

/** A small model with everything in it: missing values, held-out rows, calibration. */
export async function sampleModel(options: Partial<TrainOptions> = {}): Promise<Model> {
  const rows = (count: number, seed: number) => {
    const made = makeRows(count, 3, seed, (row, random) => random() < (row[0]! > 0.4 && row[1]! < 0 ? 0.7 : 0.05))
    for (const [at, row] of made.features.entries()) if (at % 7 === 0) row[2] = NaN
    return made
  }
  return trainTrees(
    { ...rows(1_500, 1), heldOut: rows(600, 2), names: sampleNames, about: { name: 'sample', data: 'made for tests' } },
    { trees: 12, depth: 3, bins: 16, threads: 1, ...options },
  )
}
