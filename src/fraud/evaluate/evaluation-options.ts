import { type FeatureName, featureNames } from '../features/feature-names.ts'
import type { TrainOptions } from '../model/train-options.ts'

/**
 * What a file with the public handbook's columns can tell, without windows that say the same again: of a week's few hundred frauds, features
 * that only carry noise cost more than they bring. Amounts, how they compare with the customer's own, what was reported of the terminal.
 */
const carriesNoise =
  /^(?:weekend|night)$|^c_(?:count|sum|dev|merchants|countries|new|km|since|genuine)|^t_(?:count|sum|mean|dev|since|labelled)|_1h$/

export const handbookFeatures: readonly FeatureName[] = featureNames.filter((name) => !carriesNoise.test(name))

/** From so many frauds on there is enough to learn from for deeper trees. */
const manyFrauds = 2_000

/**
 * How trees are grown on data of the handbook's kind: many small steps of shallow trees, since evidence for fraud adds up in log-odds; fine
 * ranges and small leaves, since all above one amount is fraud and a week has few of them. Chosen on worlds of our own simulator that no
 * reported figure comes from (decision 0060); never on the handbook's data.
 */
export function evaluationOptions(frauds: number): Partial<TrainOptions> {
  const steps = { learningRate: 0.03, l2: 2, minLeafHessian: 0.1, bins: 255 }
  return frauds < manyFrauds ? { ...steps, trees: 500, depth: 2 } : { ...steps, trees: 400, depth: 4 }
}

/** How a bank's own model is grown: held-out uses say when to stop. */
export const productionOptions: Partial<TrainOptions> = {
  trees: 400,
  depth: 4,
  learningRate: 0.05,
  l2: 5,
  minLeafHessian: 2,
}
