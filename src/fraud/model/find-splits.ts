import { type FeatureShare, levelSums } from './sum-histograms.ts'
import { type TrainingMemory, type TrainingPlan, foundWidth } from './training-memory.ts'

/** For each node of this level and each feature of a share: where to split it best, by the histograms. */
export function findSplits(plan: TrainingPlan, memory: TrainingMemory, { from, to }: FeatureShare): void {
  const slots = (memory.level[0] ?? 0) === 0 ? 1 : 2 * (memory.level[1] ?? 0)
  for (let slot = 0; slot < slots; slot += 1) {
    for (let feature = from; feature < to; feature += 1) findSplit(plan, memory, slot, feature)
  }
}

/**
 * One pass over the ranges; where missing values go is tried both ways. The gain is what second-order boosting gives:
 * first²/(second + λ) of both sides less that of the node, halved.
 */
function findSplit(plan: TrainingPlan, memory: TrainingMemory, slot: number, feature: number): void {
  const { features, width, l2, minLeafHessian } = plan
  const { found, ranges, misses } = memory
  const { sums } = levelSums(memory)
  const base = (slot * features + feature) * width * 2
  const last = ranges[feature] ?? 0
  let first = 0
  let second = 0
  for (let at = base; at < base + 2 * (last + 1); at += 2) {
    first += sums[at] ?? 0
    second += sums[at + 1] ?? 0
  }
  const whole = (first * first) / (second + l2)
  const missing = { first: sums[base] ?? 0, second: sums[base + 1] ?? 0 }
  // What subtraction leaves of nothing is nothing.
  const isMissed = misses[feature] === 1 && missing.second > nothing * second
  let [best, bestRange, bestMissingLeft, bestFirst, bestSecond] = [0, 0, 0, 0, 0]
  let leftFirst = 0
  let leftSecond = 0
  for (let range = 1; range < last + (isMissed ? 1 : 0); range += 1) {
    leftFirst += sums[base + 2 * range] ?? 0
    leftSecond += sums[base + 2 * range + 1] ?? 0
    for (let missingLeft = 0; missingLeft <= (isMissed ? 1 : 0); missingLeft += 1) {
      const left = missingLeft === 1 ? leftFirst + missing.first : leftFirst
      const leftWeight = missingLeft === 1 ? leftSecond + missing.second : leftSecond
      const [right, rightWeight] = [first - left, second - leftWeight]
      if (leftWeight < minLeafHessian || rightWeight < minLeafHessian) continue
      const gain = ((left * left) / (leftWeight + l2) + (right * right) / (rightWeight + l2) - whole) / 2
      if (gain <= best) continue
      best = gain
      bestRange = range
      // A value that was never missing while we learned goes where most rows go.
      bestMissingLeft = isMissed ? missingLeft : leftWeight >= rightWeight ? 1 : 0
      bestFirst = left
      bestSecond = leftWeight
    }
  }
  found.set(
    [best, bestRange, bestMissingLeft, bestFirst, bestSecond, first, second],
    (slot * features + feature) * foundWidth,
  )
}

/** Below this share of a node's weight a sum is rounding. */
const nothing = 1e-9
