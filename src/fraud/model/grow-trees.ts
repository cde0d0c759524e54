import { type Team, leadTeam } from './thread-team.ts'
import { modelLimits } from './train-options.ts'
import { type ThreadData, type TrainingMemory, type TrainingPlan, foundWidth, heapSize } from './training-memory.ts'

/** Called after each tree; the loss is the mean over the held-out rows, NaN without any. */
export type OnTree = (trees: number, heldOutLoss: number) => void

/**
 * Grows trees, each on what those before it leave unexplained, until there are enough, nothing is left to split, or the held-out rows
 * have not gained for long. Gives how many of them are to be kept.
 */
export function growTrees(data: ThreadData, onTree: OnTree): number {
  const { plan, memory } = data
  const team = leadTeam(data)
  let best = { trees: 0, loss: Infinity }
  team.all('takeAdvice') // of a tree that says nothing yet: gives the first derivatives
  for (let tree = 0; tree < plan.trees; tree += 1) {
    memory.level[2] = tree
    growTree(plan, memory, team)
    if (memory.treeFeatures[tree * heapSize(plan.depth)] === -1) break
    team.all('takeAdvice')
    const loss = heldOutLoss(plan, memory)
    onTree(tree + 1, loss)
    if (plan.heldOut === 0 || loss < best.loss) best = { trees: tree + 1, loss }
    if (tree + 1 - best.trees >= plan.patience) break
  }
  team.end()
  return best.trees
}

/** Grows one tree, level by level. Leaves hold their advice. */
function growTree(plan: TrainingPlan, memory: TrainingMemory, team: Team): void {
  const base = (memory.level[2] ?? 0) * heapSize(plan.depth)
  memory.treeFeatures[base] = -1
  memory.treeCounts[base] = plan.rows
  memory.slotOf.fill(-1)
  memory.slotOf[0] = 0
  memory.summedSides[0] = 0
  let open: readonly number[] = [0]
  for (let level = 0; level < plan.depth && open.length > 0; level += 1) {
    memory.level[0] = level
    memory.level[1] = Math.ceil(open.length / 2)
    team.all('findSplits')
    const splits = open.flatMap((node, slot) => (splitNode(plan, memory, slot, node) ? [{ node, slot }] : []))
    if (splits.length === 0) return
    team.all('moveRows')
    open = openChildren(plan, memory, splits)
  }
}

/** Splits a node by the best of its features, the earlier of equals; false where none is good enough. */
function splitNode(plan: TrainingPlan, memory: TrainingMemory, slot: number, node: number): boolean {
  const { features, depth, minGain } = plan
  const { found, level } = memory
  let best = -1
  let bestGain = minGain
  for (let feature = 0; feature < features; feature += 1) {
    const gain = found[(slot * features + feature) * foundWidth] ?? 0
    if (gain <= bestGain) continue
    best = feature
    bestGain = gain
  }
  if (best < 0) return false
  const at = (slot * features + best) * foundWidth
  const [, range = 0, missingLeft = 0, leftFirst = 0, leftSecond = 0, first = 0, second = 0] = found.subarray(
    at,
    at + foundWidth,
  )
  const tree = (level[2] ?? 0) * heapSize(depth)
  memory.treeFeatures[tree + node] = best
  memory.treeRanges[tree + node] = range
  memory.treeMissingLeft[tree + node] = missingLeft
  addLeaf(plan, memory, tree + 2 * node + 1, { first: leftFirst, second: leftSecond })
  addLeaf(plan, memory, tree + 2 * node + 2, { first: first - leftFirst, second: second - leftSecond })
  return true
}

type Sums = { readonly first: number; readonly second: number }

function addLeaf(
  { learningRate, l2 }: TrainingPlan,
  memory: TrainingMemory,
  at: number,
  { first, second }: Sums,
): void {
  memory.treeFeatures[at] = -1
  const advice = (-learningRate * first) / (second + l2)
  memory.treeValues[at] = Math.max(-modelLimits.logOdds, Math.min(modelLimits.logOdds, advice))
}

/** Children of the split nodes, in pairs; of each pair the side with fewer rows will be summed. */
function openChildren(
  plan: TrainingPlan,
  memory: TrainingMemory,
  splits: readonly { readonly node: number; readonly slot: number }[],
): readonly number[] {
  const heap = heapSize(plan.depth)
  const tree = (memory.level[2] ?? 0) * heap
  memory.slotOf.fill(-1)
  const countRows = (node: number): number => {
    let rows = 0
    for (let thread = 0; thread < plan.threads; thread += 1) rows += memory.counts[thread * heap + node] ?? 0
    memory.treeCounts[tree + node] = rows
    return rows
  }
  return splits.flatMap(({ node, slot }, pair) => {
    const [left, right] = [2 * node + 1, 2 * node + 2]
    const side = countRows(left) <= countRows(right) ? 0 : 1
    memory.parents[pair] = slot
    memory.summedSides[pair] = side
    memory.slotOf[left + side] = 2 * pair + side
    return [left, right]
  })
}

/** Mean logarithmic loss of the held-out rows, summed in their order. */
function heldOutLoss({ rows, heldOut }: TrainingPlan, { margins, labels, weights }: TrainingMemory): number {
  let loss = 0
  let weight = 0
  for (let row = rows; row < rows + heldOut; row += 1) {
    const margin = labels[row] === 1 ? -(margins[row] ?? 0) : (margins[row] ?? 0)
    // log(1 + e^margin), without overflow.
    loss += (weights[row] ?? 0) * (Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))))
    weight += weights[row] ?? 0
  }
  return loss / weight
}
