import type { TrainingMemory, TrainingPlan } from './training-memory.ts'

/** From one feature up to another: a thread's share. */
export type FeatureShare = { readonly from: number; readonly to: number }

/** The histograms of this level, and of the one above. */
export function levelSums({ level, evenSums, oddSums }: TrainingMemory): {
  readonly sums: Float64Array
  readonly above: Float64Array
} {
  return (level[0] ?? 0) % 2 === 0 ? { sums: evenSums, above: oddSums } : { sums: oddSums, above: evenSums }
}

/**
 * Sums the derivatives of the rows of this level's nodes by feature and range. Of two siblings only the one with fewer rows is
 * summed; the other is what is left of their parent. Each place is summed by one thread, in the order of the rows: the same to
 * the last bit whoever does it.
 */
export function sumHistograms(plan: TrainingPlan, memory: TrainingMemory, share: FeatureShare): void {
  clearSummed(plan, memory, share)
  sumRows(plan, memory, share)
  subtractSiblings(plan, memory, share)
}

function clearSummed({ features, width }: TrainingPlan, memory: TrainingMemory, { from, to }: FeatureShare): void {
  const { sums } = levelSums(memory)
  const pairs = memory.level[1] ?? 0
  for (let pair = 0; pair < pairs; pair += 1) {
    const slot = 2 * pair + (memory.summedSides[pair] ?? 0)
    sums.fill(0, (slot * features + from) * width * 2, (slot * features + to) * width * 2)
  }
}

function sumRows({ rows, features, width }: TrainingPlan, memory: TrainingMemory, { from, to }: FeatureShare): void {
  const { sums } = levelSums(memory)
  const { bins, slopes, nodes, slotOf } = memory
  const wide = width * 2
  for (let row = 0; row < rows; row += 1) {
    const slot = slotOf[nodes[row] ?? 0] ?? -1
    if (slot < 0) continue
    const first = slopes[2 * row] ?? 0
    const second = slopes[2 * row + 1] ?? 0
    const end = row * features + to
    let base = (slot * features + from) * wide
    for (let at = row * features + from; at < end; at += 1) {
      const place = base + 2 * (bins[at] ?? 0)
      sums[place] = (sums[place] ?? 0) + first
      sums[place + 1] = (sums[place + 1] ?? 0) + second
      base += wide
    }
  }
}

function subtractSiblings({ features, width }: TrainingPlan, memory: TrainingMemory, { from, to }: FeatureShare): void {
  const { sums, above } = levelSums(memory)
  const pairs = (memory.level[0] ?? 0) === 0 ? 0 : (memory.level[1] ?? 0)
  const length = (to - from) * width * 2
  for (let pair = 0; pair < pairs; pair += 1) {
    const side = memory.summedSides[pair] ?? 0
    const summed = ((2 * pair + side) * features + from) * width * 2
    const rest = ((2 * pair + 1 - side) * features + from) * width * 2
    const parent = ((memory.parents[pair] ?? 0) * features + from) * width * 2
    for (let at = 0; at < length; at += 1) sums[rest + at] = (above[parent + at] ?? 0) - (sums[summed + at] ?? 0)
  }
}
