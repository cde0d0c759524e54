/** Means that a customer's amounts can have, in currency units: evenly between 5 and 100. */
const means = Float64Array.from({ length: 48 }, (_, at) => 6 + 2 * at)
/** What falls below zero is drawn again evenly up to twice the mean: the normal law has this much below two deviations. */
const shareDrawnAgain = 0.022750131948
const tiny = 1e-300

/** The density of a genuine amount for a customer of this mean. */
function density(amount: number, mean: number): number {
  const deviation = mean / 2
  const z = (amount - mean) / deviation
  const normal = Math.exp((-z * z) / 2) / (deviation * Math.sqrt(2 * Math.PI))
  return normal + (amount <= 2 * mean ? shareDrawnAgain / (2 * mean) : 0)
}

/** What is known of one customer's mean: the weight of each mean it can have, by the payments seen so far. */
export type MeanKnowledge = { readonly logWeights: Float64Array; weights: Float64Array | undefined }

export function unknownMean(): MeanKnowledge {
  return { logWeights: new Float64Array(means.length), weights: undefined }
}

/** Takes a labelled payment in. Of a fraud, only the amount's size hints at whether it was taken at five times. */
export function learnMean(known: MeanKnowledge, amount: number, isFraud: boolean): void {
  const takenShare = isFraud ? 0.35 : 0
  for (let at = 0; at < means.length; at += 1) {
    const mean = means[at] ?? 0
    const taken = isFraud ? (takenShare * density(amount / 5, mean)) / 5 : 0
    const likelihood = (1 - takenShare) * density(amount, mean) + taken
    known.logWeights[at] = (known.logWeights[at] ?? 0) + Math.log(Math.max(likelihood, tiny))
  }
  known.weights = undefined
}

/** The density of this amount if genuine, and if taken (five times what it would have been). */
export function amountLaw(known: MeanKnowledge, amount: number): { readonly genuine: number; readonly taken: number } {
  const weights = (known.weights ??= normalised(known.logWeights))
  let [genuine, taken] = [0, 0]
  for (let at = 0; at < means.length; at += 1) {
    const weight = weights[at] ?? 0
    if (weight < 1e-9) continue
    genuine += weight * density(amount, means[at] ?? 0)
    taken += (weight * density(amount / 5, means[at] ?? 0)) / 5
  }
  return { genuine: Math.max(genuine, tiny), taken: Math.max(taken, tiny) }
}

function normalised(logWeights: Float64Array): Float64Array {
  const highest = logWeights.reduce((one, other) => Math.max(one, other), -Infinity)
  const weights = logWeights.map((log) => Math.exp(log - highest))
  const sum = weights.reduce((one, other) => one + other, 0)
  return weights.map((weight) => weight / sum)
}
