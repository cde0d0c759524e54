import { z } from 'zod'

/** The numbers of a training that every thread knows. */
const planShape = z.object({
  /** Rows to learn from; the held-out ones stand behind them. */
  rows: z.number(),
  heldOut: z.number(),
  features: z.number(),
  /** Places of a feature in a histogram: one for missing values, then its ranges. */
  width: z.number(),
  trees: z.number(),
  depth: z.number(),
  threads: z.number(),
  learningRate: z.number(),
  l2: z.number(),
  minLeafHessian: z.number(),
  minGain: z.number(),
  patience: z.number(),
})
export type TrainingPlan = z.infer<typeof planShape>

/**
 * What the threads of a training share. Nodes of a tree are numbered as in a heap: 0 is the root, 2n + 1 and 2n + 2 are the
 * children of n. Slots are the places of one level's nodes in its histograms: 2i and 2i + 1 are children of one parent.
 */
const memoryShape = z.object({
  /** Which thread does what: see thread-team.ts. */
  signals: z.custom<Int32Array>((value) => value instanceof Int32Array),
  /** Row by row, the range of each feature; 0 = missing. */
  bins: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** How many ranges each feature has, and whether any row misses it. */
  ranges: z.custom<Uint16Array>((value) => value instanceof Uint16Array),
  misses: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  labels: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  weights: z.custom<Float64Array>((value) => value instanceof Float64Array),
  /** Log-odds of each row, by the trees so far. */
  margins: z.custom<Float64Array>((value) => value instanceof Float64Array),
  /** First and second derivative of each row's loss, side by side. */
  slopes: z.custom<Float64Array>((value) => value instanceof Float64Array),
  /** The node where each row stands in the tree that grows. */
  nodes: z.custom<Uint16Array>((value) => value instanceof Uint16Array),
  /** Sums of first and second derivatives by slot, feature and range; levels take turns. */
  evenSums: z.custom<Float64Array>((value) => value instanceof Float64Array),
  oddSums: z.custom<Float64Array>((value) => value instanceof Float64Array),
  /** The level that grows: level, pairs of slots (the root is a pair of one), tree. */
  level: z.custom<Int32Array>((value) => value instanceof Int32Array),
  /** The slot in which a node's rows are summed, or −1: its sums follow from parent and sibling, or nobody needs them. */
  slotOf: z.custom<Int16Array>((value) => value instanceof Int16Array),
  /** For each pair: the slot of its parent, and which side's rows are summed. */
  parents: z.custom<Int16Array>((value) => value instanceof Int16Array),
  summedSides: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  /** The best split of each slot and feature: see `foundWidth`. */
  found: z.custom<Float64Array>((value) => value instanceof Float64Array),
  /** Rows to learn from by thread and node. */
  counts: z.custom<Int32Array>((value) => value instanceof Int32Array),
  /** All trees, `heapSize` nodes each. Feature −1: a leaf. */
  treeFeatures: z.custom<Int16Array>((value) => value instanceof Int16Array),
  treeRanges: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  treeMissingLeft: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  treeValues: z.custom<Float64Array>((value) => value instanceof Float64Array),
  treeCounts: z.custom<Uint32Array>((value) => value instanceof Uint32Array),
})
export type TrainingMemory = z.infer<typeof memoryShape>

/** What a thread is started with. */
export const threadData = z.object({ plan: planShape, memory: memoryShape, thread: z.number() })
export type ThreadData = z.infer<typeof threadData>

/** Numbers about one split: gain, last range of the left side, 1 if missing values go left, sums of the left side, sums of both. */
export const foundWidth = 7

/** Nodes of a full tree. */
export function heapSize(depth: number): number {
  return 2 ** (depth + 1) - 1
}

/** Room for a training, all zero, that threads can share. */
export function allotMemory(plan: TrainingPlan): TrainingMemory {
  const { rows, heldOut, features, width, trees, depth, threads } = plan
  const all = rows + heldOut
  const slots = 2 ** (depth - 1)
  const heap = heapSize(depth)
  const sums = features * width * 2
  return {
    signals: new Int32Array(shared(4 * 4)),
    bins: new Uint8Array(shared(all * features)),
    ranges: new Uint16Array(shared(2 * features)),
    misses: new Uint8Array(shared(features)),
    labels: new Uint8Array(shared(all)),
    weights: new Float64Array(shared(8 * all)),
    margins: new Float64Array(shared(8 * all)),
    slopes: new Float64Array(shared(16 * rows)),
    nodes: new Uint16Array(shared(2 * all)),
    evenSums: new Float64Array(shared(8 * sums * slots)),
    oddSums: new Float64Array(shared(8 * sums * slots)),
    level: new Int32Array(shared(4 * 3)),
    slotOf: new Int16Array(shared(2 * heap)),
    parents: new Int16Array(shared(2 * slots)),
    summedSides: new Uint8Array(shared(slots)),
    found: new Float64Array(shared(8 * slots * features * foundWidth)),
    counts: new Int32Array(shared(4 * threads * heap)),
    treeFeatures: new Int16Array(shared(2 * trees * heap)),
    treeRanges: new Uint8Array(shared(trees * heap)),
    treeMissingLeft: new Uint8Array(shared(trees * heap)),
    treeValues: new Float64Array(shared(8 * trees * heap)),
    treeCounts: new Uint32Array(shared(4 * trees * heap)),
  }
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes)
}
