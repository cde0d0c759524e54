import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { adviceOf, randomRow, randomTree } from '../test-support/random-trees.ts'
import { createExplainer } from './explain-margin.ts'
import type { Tree } from './model.ts'

const names = ['a', 'b', 'c', 'd', 'e']

test('contributions are the Shapley values, as counting every coalition gives them', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 5 }), (seed, depth) => {
      const random = seededRandom(seed)
      const trees = [randomTree(random, names.length, depth), randomTree(random, names.length, depth)]
      const { explain } = createExplainer({ names, base: -2, trees })
      const row = randomRow(random, names.length)
      const found = new Map(explain(row).map(({ feature, contribution }) => [feature, contribution]))
      for (const [at, name] of names.entries()) {
        const expected = trees.reduce((sum, tree) => sum + shapleyOf(tree, row, at), 0)
        expect(found.get(name) ?? 0).toBeCloseTo(expected, 10)
      }
    }),
  )
})

test('base and contributions together are the margin, also in deep trees', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, depth) => {
      const random = seededRandom(seed)
      const trees = Array.from({ length: 4 }, () => randomTree(random, names.length, depth))
      const { base, explain } = createExplainer({ names, base: 1, trees })
      const row = randomRow(random, names.length)
      const sum = explain(row).reduce((all, { contribution }) => all + contribution, base)
      expect(sum).toBeCloseTo(
        trees.reduce((all, tree) => all + adviceOf(tree, row), 1),
        10,
      )
    }),
  )
})

test('a feature that no tree asks for has no part, and the strongest comes first', () => {
  const trees = [randomTree(seededRandom(5), 4, 5)]
  const explained = createExplainer({ names, base: 0, trees }).explain(randomRow(seededRandom(6), 5))
  expect(explained.map(({ feature }) => feature)).not.toContain('e')
  const sizes = explained.map(({ contribution }) => Math.abs(contribution))
  expect(sizes).toEqual([...sizes].sort((left, right) => right - left))
})

/** By the definition: over all coalitions of the others, what knowing this feature adds. */
function shapleyOf(tree: Tree, row: Float64Array, feature: number): number {
  const others = names.map((_, at) => at).filter((at) => at !== feature)
  let sum = 0
  for (let coalition = 0; coalition < 2 ** others.length; coalition += 1) {
    const known = new Set(others.filter((_, at) => ((coalition >> at) & 1) === 1))
    const weight = (factorial(known.size) * factorial(names.length - known.size - 1)) / factorial(names.length)
    sum += weight * (expectedOf(tree, row, new Set([...known, feature])) - expectedOf(tree, row, known))
  }
  return sum
}

/** What a tree is expected to say when only some features are known: else by the training's shares. */
function expectedOf(tree: Tree, row: Float64Array, known: ReadonlySet<number>, node = 0): number {
  const feature = tree.features[node]!
  if (feature < 0) return tree.values[node]!
  const [left, right] = [node + 1, tree.rights[node]!]
  if (known.has(feature)) {
    const value = row[feature]!
    const isLeft = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= tree.values[node]!
    return expectedOf(tree, row, known, isLeft ? left : right)
  }
  const share = tree.counts[left]! / tree.counts[node]!
  return share * expectedOf(tree, row, known, left) + (1 - share) * expectedOf(tree, row, known, right)
}

function factorial(whole: number): number {
  return whole < 2 ? 1 : whole * factorial(whole - 1)
}
