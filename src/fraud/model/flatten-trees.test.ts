import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { adviceOf, randomRow, randomTree } from '../test-support/random-trees.ts'
import { flattenTrees } from './flatten-trees.ts'

const names = ['a', 'b', 'c', 'd', 'e']

test('the layout for scoring gives what walking the trees gives, to the last bit, with missing values and on bounds', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 12 }), (seed, depth, count) => {
      const random = seededRandom(seed)
      const trees = Array.from({ length: count }, () => randomTree(random, names.length, depth))
      const marginOf = flattenTrees({ names, base: -3, trees })
      for (let at = 0; at < 50; at += 1) {
        const row = randomRow(random, names.length)
        expect(marginOf(row)).toBe(trees.reduce((sum, tree) => sum + adviceOf(tree, row), -3))
      }
    }),
  )
})

test('a row with more features, or in another order, is read where it was told', () => {
  const random = seededRandom(7)
  const trees = [randomTree(random, names.length, 4), randomTree(random, names.length, 4)]
  const plain = flattenTrees({ names, base: 0, trees })
  const moved = flattenTrees({ names, base: 0, trees }, Uint16Array.from([6, 0, 4, 3, 1]))
  for (let at = 0; at < 200; at += 1) {
    const row = randomRow(random, 7)
    expect(moved(row)).toBe(plain(Float64Array.from([row[6]!, row[0]!, row[4]!, row[3]!, row[1]!])))
  }
})

test('features beyond all bounds and infinite ones are scored like the farthest', () => {
  const trees = [randomTree(seededRandom(3), names.length, 4)]
  const marginOf = flattenTrees({ names, base: 0, trees })
  for (const far of [1e300, Infinity]) {
    expect(marginOf(new Float64Array(5).fill(far))).toBe(marginOf(new Float64Array(5).fill(100)))
    expect(marginOf(new Float64Array(5).fill(-far))).toBe(marginOf(new Float64Array(5).fill(-100)))
  }
})
