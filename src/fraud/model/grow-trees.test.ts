import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import type { Tree } from './model.ts'
import { trainTrees } from './train-trees.ts'

const names = ['a', 'b', 'c']
/** Few values a feature, so that a range is a value and every possible split can be tried. */
const values = 6

test('every split is the best there is, every leaf has its advice, every node its count: as sums over the raw rows give them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = seededRandom(seed)
      const rows = Array.from({ length: 120 }, () =>
        Float64Array.from(names, () => (random() < 0.15 ? NaN : Math.floor(random() * values))),
      )
      const labels = Uint8Array.from(rows, (row, at) =>
        at === 0 || (at > 1 && random() < (row[0]! > 2 ? 0.7 : 0.2)) ? 1 : 0,
      )
      const weights = Float64Array.from(rows, () => Math.ceil(random() * 3))
      const model = await trainTrees(
        { features: rows, labels, weights, names, about: { name: 'test', data: 'made for tests' } },
        { trees: 4, depth: 3, minLeafHessian: 1.5, l2: 0.5, learningRate: 0.3, threads: 1 },
      )
      const margins = rows.map(() => model.base)
      for (const tree of model.trees) {
        const slopes = margins.map((margin, row): Slope => {
          const likely = 1 / (1 + Math.exp(-margin))
          return { row, first: weights[row]! * (likely - labels[row]!), second: weights[row]! * likely * (1 - likely) }
        })
        checkNode(tree, { node: 0, slopes, levels: 3 }, rows, margins)
      }
    }),
    { numRuns: 25 },
  )
})

type Slope = { readonly row: number; readonly first: number; readonly second: number }
type Place = { readonly node: number; readonly slopes: readonly Slope[]; readonly levels: number }

function checkNode(
  tree: Tree,
  { node, slopes, levels }: Place,
  rows: readonly Float64Array[],
  margins: number[],
): void {
  expect(tree.counts[node]).toBe(slopes.length)
  const feature = tree.features[node]!
  const best = levels === 0 ? 0 : bestGain(slopes, rows)
  if (feature < 0) {
    expect(best).toBeLessThan(1e-9)
    const { first, second } = sumOf(slopes)
    expect(tree.values[node]!).toBeCloseTo((-0.3 * first) / (second + 0.5), 9)
    for (const { row } of slopes) margins[row] = margins[row]! + tree.values[node]!
    return
  }
  const { left, right } = part(slopes, rows, feature, tree.values[node]!, tree.missingLeft[node] === 1)
  expect(gainOf(left, right)).toBeCloseTo(best, 9)
  checkNode(tree, { node: node + 1, slopes: left, levels: levels - 1 }, rows, margins)
  checkNode(tree, { node: tree.rights[node]!, slopes: right, levels: levels - 1 }, rows, margins)
}

function bestGain(slopes: readonly Slope[], rows: readonly Float64Array[]): number {
  let best = 0
  for (const feature of names.keys()) {
    for (let bound = 0; bound < values; bound += 1) {
      for (const missingLeft of [false, true]) {
        const { left, right } = part(slopes, rows, feature, bound, missingLeft)
        if (sumOf(left).second < 1.5 || sumOf(right).second < 1.5) continue
        best = Math.max(best, gainOf(left, right))
      }
    }
  }
  return best
}

function part(
  slopes: readonly Slope[],
  rows: readonly Float64Array[],
  feature: number,
  bound: number,
  missingLeft: boolean,
) {
  const isLeft = ({ row }: Slope): boolean => {
    const value = rows[row]![feature]!
    return Number.isNaN(value) ? missingLeft : value <= bound
  }
  return { left: slopes.filter(isLeft), right: slopes.filter((slope) => !isLeft(slope)) }
}

function gainOf(left: readonly Slope[], right: readonly Slope[]): number {
  const worth = ({ first, second }: { readonly first: number; readonly second: number }): number =>
    first ** 2 / (second + 0.5)
  return (worth(sumOf(left)) + worth(sumOf(right)) - worth(sumOf([...left, ...right]))) / 2
}

function sumOf(slopes: readonly Slope[]): { readonly first: number; readonly second: number } {
  return slopes.reduce((sum, { first, second }) => ({ first: sum.first + first, second: sum.second + second }), {
    first: 0,
    second: 0,
  })
}
