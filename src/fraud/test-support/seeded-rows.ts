import { seededRandom } from '../../chat/learn/seeded-random.ts'
import type { Examples } from '../model/examples.ts'

/** Rows of numbers from −1 to 1, each labelled by a rule. */
export function makeRows(
  count: number,
  width: number,
  seed: number,
  isFraud: (row: Float64Array, random: () => number) => boolean,
): Omit<Examples, 'features'> & { readonly features: readonly Float64Array[] } {
  const random = seededRandom(seed)
  const features = Array.from({ length: count }, () => Float64Array.from({ length: width }, () => 2 * random() - 1))
  return { features, labels: Uint8Array.from(features, (row) => (isFraud(row, random) ? 1 : 0)) }
}

/** The chance that a fraud has a higher score than a genuine use. */
export function rankingOf(scores: readonly number[], labels: Uint8Array): number {
  const order = scores
    .map((score, row) => ({ score, isFraud: labels[row] === 1 }))
    .sort((left, right) => left.score - right.score)
  const frauds = order.filter(({ isFraud }) => isFraud).length
  const rankSum = order.reduce((sum, { isFraud }, rank) => sum + (isFraud ? rank + 1 : 0), 0)
  return (rankSum - (frauds * (frauds + 1)) / 2) / (frauds * (order.length - frauds))
}
