import type { Model, Tree } from './model.ts'
import { modelLimits } from './train-options.ts'

/** How much a feature moved the margin of one row. */
export type Contribution = { readonly feature: string; readonly contribution: number }

/** Tells why a row has its margin: `base` and all contributions together are the margin. */
export type Explainer = {
  /** The mean margin over the training's rows, as the counts in the trees give it. */
  readonly base: number
  /** Exact Shapley values, path-dependent as in TreeSHAP (Lundberg et al. 2020); largest first, features that did nothing left out. */
  readonly explain: (features: Float64Array) => readonly Contribution[]
}

/**
 * Makes an explainer. A leaf's advice is a game of its own: a coalition that knows some features reaches the leaf surely or never by those,
 * and by the training's shares otherwise, so it wins advice × ∏(known: 1 or 0) × ∏(unknown: share). The Shapley values of such a
 * product follow from a polynomial in the number of known features; those of the model are their sums.
 */
export function createExplainer(
  { names, base, trees }: Pick<Model, 'names' | 'base' | 'trees'>,
  columns: Uint16Array = Uint16Array.from(names, (_, feature) => feature),
): Explainer {
  const leaves = trees.flatMap(findLeaves)
  const packed = packLeaves(leaves)
  const expected = leaves.reduce(
    (sum, { advice, demands }) => sum + advice * demands.reduce((share, demand) => share * demand.share, 1),
    base,
  )
  return {
    base: expected,
    explain: (features) => {
      const row = Float64Array.from(columns, (column) => features[column] ?? NaN)
      const sums = new Float64Array(names.length)
      addLeaves(sums, packed, row)
      return names
        .map((feature, at): Contribution => ({ feature, contribution: sums[at] ?? 0 }))
        .filter(({ contribution }) => contribution !== 0)
        .sort((left, right) => Math.abs(right.contribution) - Math.abs(left.contribution))
    },
  }
}

/** A leaf asks at most one feature a level. */
const chancesMax = modelLimits.depth + 1

/** What a path asks of one feature: above `low`, at most `high`; the share of the training's rows that went this way, by these questions alone. */
type Demand = {
  readonly feature: number
  readonly low: number
  readonly high: number
  readonly mayMiss: boolean
  readonly share: number
}
type Leaf = { readonly advice: number; readonly demands: readonly Demand[] }

function findLeaves(tree: Tree): readonly Leaf[] {
  const leaves: Leaf[] = []
  const visit = (node: number, demands: readonly Demand[]): void => {
    const feature = tree.features[node] ?? -1
    const value = tree.values[node] ?? 0
    if (feature < 0) return void leaves.push({ advice: value, demands })
    const whole = tree.counts[node] ?? 0
    const before = demands.find((demand) => demand.feature === feature) ?? anything(feature)
    const others = demands.filter((demand) => demand.feature !== feature)
    const isMissingLeft = tree.missingLeft[node] === 1
    const shareOf = (child: number): number => before.share * ((tree.counts[child] ?? 0) / whole)
    const [left, right] = [node + 1, tree.rights[node] ?? 0]
    visit(left, [
      ...others,
      { ...before, high: Math.min(before.high, value), mayMiss: before.mayMiss && isMissingLeft, share: shareOf(left) },
    ])
    visit(right, [
      ...others,
      { ...before, low: Math.max(before.low, value), mayMiss: before.mayMiss && !isMissingLeft, share: shareOf(right) },
    ])
  }
  visit(0, [])
  return leaves
}

function anything(feature: number): Demand {
  return { feature, low: -Infinity, high: Infinity, mayMiss: true, share: 1 }
}

/** All leaves' demands, one after another: those of leaf n stand from starts[n] up to starts[n + 1]. */
type PackedLeaves = {
  readonly advice: Float64Array
  readonly starts: Uint32Array
  readonly features: Uint16Array
  readonly lows: Float64Array
  readonly highs: Float64Array
  readonly mayMiss: Uint8Array
  readonly shares: Float64Array
}

function packLeaves(leaves: readonly Leaf[]): PackedLeaves {
  const starts = new Uint32Array(leaves.length + 1)
  for (const [at, { demands }] of leaves.entries()) starts[at + 1] = (starts[at] ?? 0) + demands.length
  const all = leaves.flatMap(({ demands }) => demands)
  return {
    advice: Float64Array.from(leaves, ({ advice }) => advice),
    starts,
    features: Uint16Array.from(all, ({ feature }) => feature),
    lows: Float64Array.from(all, ({ low }) => low),
    highs: Float64Array.from(all, ({ high }) => high),
    mayMiss: Uint8Array.from(all, ({ mayMiss }) => (mayMiss ? 1 : 0)),
    shares: Float64Array.from(all, ({ share }) => share),
  }
}

/**
 * A demand that the row does not meet wins nothing by being known, so all of a leaf's unmet ones lose the same: what the met ones make of
 * the leaf, times all shares of the unmet. A met one gains by what it was not sure of, times the polynomial of the other met ones.
 */
function addLeaves(sums: Float64Array, leaves: PackedLeaves, row: Float64Array): void {
  const { advice, starts, features, lows, highs, mayMiss, shares } = leaves
  const met = new Uint16Array(chancesMax)
  const chances = new Float64Array(chancesMax + 1)
  for (let leaf = 0; leaf < advice.length; leaf += 1) {
    const [from, to] = [starts[leaf] ?? 0, starts[leaf + 1] ?? 0]
    let metCount = 0
    let unmetShares = advice[leaf] ?? 0
    chances[0] = 1
    for (let at = from; at < to; at += 1) {
      const value = row[features[at] ?? 0] ?? NaN
      const share = shares[at] ?? 0
      const isMet = Number.isNaN(value) ? mayMiss[at] === 1 : !(value <= (lows[at] ?? 0)) && value <= (highs[at] ?? 0)
      if (!isMet) {
        unmetShares *= share
        continue
      }
      met[metCount] = at - from
      metCount += 1
      multiply(chances, metCount, share)
    }
    const orders = (to - from - 1) * chancesMax
    if (metCount < to - from) {
      const lost = unmetShares * weigh(chances, metCount, orders)
      let next = 0
      for (let at = from; at < to; at += 1) {
        if (next < metCount && met[next] === at - from) next += 1
        else sums[features[at] ?? 0] = (sums[features[at] ?? 0] ?? 0) - lost
      }
    }
    for (let one = 0; one < metCount; one += 1) {
      const at = from + (met[one] ?? 0)
      const share = shares[at] ?? 0
      const gained = unmetShares * (1 - share) * weighWithout(chances, metCount, { share, orders })
      sums[features[at] ?? 0] = (sums[features[at] ?? 0] ?? 0) + gained
    }
  }
}

/** `chances` at n: the sum over coalitions of n known ones of ∏ shares of the unknown; here one more of them, known or with its share. */
function multiply(chances: Float64Array, count: number, share: number): void {
  chances[count] = 0
  for (let n = count; n > 0; n -= 1) chances[n] = (chances[n] ?? 0) * share + (chances[n - 1] ?? 0)
  chances[0] = (chances[0] ?? 0) * share
}

/** The mean, over all orders in which a leaf's features become known, of what these make of it before another one is known. */
function weigh(chances: Float64Array, count: number, orders: number): number {
  let mean = 0
  for (let n = 0; n <= count; n += 1) mean += (ordersOfOthers[orders + n] ?? 0) * (chances[n] ?? 0)
  return mean
}

/** The same without one of them: the polynomial divided by (share + known), from the top, where no error grows. */
function weighWithout(
  chances: Float64Array,
  count: number,
  { share, orders }: { readonly share: number; readonly orders: number },
): number {
  let without = 0
  let mean = 0
  for (let n = count; n > 0; n -= 1) {
    without = (chances[n] ?? 0) - share * without
    mean += (ordersOfOthers[orders + n - 1] ?? 0) * without
  }
  return mean
}

/** From others × `chancesMax` on: in which share of all orders a coalition of n of so many others comes first, n!(others − n)!/(others + 1)!. */
const ordersOfOthers = countOrders()

function countOrders(): Float64Array {
  const shares = new Float64Array(chancesMax * chancesMax)
  for (let others = 0; others < chancesMax; others += 1) {
    let share = 1 / (others + 1)
    for (let n = 0; n <= others; n += 1) {
      shares[others * chancesMax + n] = share
      share *= (n + 1) / (others - n)
    }
  }
  return shares
}
