import { expect, test } from 'vitest'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { Fault } from '../../kernel/index.ts'
import { logisticScores } from '../test-support/logistic-ranking.ts'
import { makeRows, rankingOf } from '../test-support/seeded-rows.ts'
import { createScorer } from './create-scorer.ts'
import type { TrainOptions, TrainingSet } from './train-options.ts'
import { trainTrees } from './train-trees.ts'
import { writeModel } from './write-model.ts'

const names = ['a', 'b', 'c', 'd']
const about = { name: 'test', data: 'made for tests' }
const quick: Partial<TrainOptions> = { trees: 60, learningRate: 0.2, threads: 1 }

test.each([
  ['either of two, not both', (row: Float64Array) => row[0]! > 0 !== row[1]! > 0],
  ['steps', (row: Float64Array) => Math.floor(4 * (row[2]! + 1)) % 2 === 0],
  ['a band in the middle', (row: Float64Array) => row[3]! > -0.2 && row[3]! < 0.3],
])('trees learn what a weighted sum cannot: %s', async (_, isFraud) => {
  const [train, asked] = [makeRows(4_000, 4, 1, isFraud), makeRows(2_000, 4, 2, isFraud)]
  const { score } = createScorer(await trainTrees({ ...train, names, about }, quick))
  const ranking = rankingOf(asked.features.map(score), asked.labels)
  expect(ranking).toBeGreaterThan(0.99)
  expect(ranking).toBeGreaterThan(rankingOf(logisticScores(train.features, train.labels), train.labels) + 0.3)
  // And sure of it, not only in the right order.
  const right = asked.features.filter((row, at) => score(row) > 0.5 === (asked.labels[at] === 1)).length
  expect(right / asked.labels.length).toBeGreaterThan(0.97)
})

test('what is missing is learned from: it goes to the side where it lowers the loss', async () => {
  const train = makeRows(3_000, 4, 3, (row) => row[0]! > 0.5)
  const random = seededRandom(4)
  // Half of the frauds hide the amount; genuine uses never do.
  for (const [at, row] of train.features.entries()) if (train.labels[at] === 1 && random() < 0.5) row[0] = NaN
  const { score } = createScorer(await trainTrees({ ...train, names, about }, quick))
  expect(score(Float64Array.from([NaN, 0, 0, 0]))).toBeGreaterThan(0.9)
  expect(score(Float64Array.from([0.9, 0, 0, 0]))).toBeGreaterThan(0.9)
  expect(score(Float64Array.from([-0.5, 0, 0, 0]))).toBeLessThan(0.1)
})

test('a feature that says something only by being there is found, and one missing for the first time follows the crowd', async () => {
  const train = makeRows(2_000, 4, 5, () => false)
  for (const [at, row] of train.features.entries()) row[1] = at % 3 === 0 ? NaN : 7
  const labels = Uint8Array.from(train.features, (row) => (Number.isNaN(row[1]) ? 0 : 1))
  const { score } = createScorer(await trainTrees({ features: train.features, labels, names, about }, quick))
  expect(score(Float64Array.from([0, NaN, 0, 0]))).toBeLessThan(0.05)
  expect(score(Float64Array.from([0, 7, 0, 0]))).toBeGreaterThan(0.95)

  const never = makeRows(2_000, 4, 6, (row) => row[0]! > 0.8)
  const strange = createScorer(await trainTrees({ ...never, names, about }, quick))
  expect(strange.score(Float64Array.from([NaN, 0, 0, 0]))).toBeLessThan(0.1)
})

test('a row of weight three is a row that stands there three times', async () => {
  const once = makeRows(600, 4, 7, (row, random) => random() < (row[0]! > 0 ? 0.6 : 0.1))
  const weights = Float64Array.from(once.labels, (label) => (label === 1 ? 3 : 1))
  const repeated = once.features.flatMap((row, at) =>
    Array.from({ length: weights[at]! }, () => ({ row, label: once.labels[at]! })),
  )
  const options = { ...quick, trees: 20, bins: 255, minLeafHessian: 5 }
  const weighed = createScorer(await trainTrees({ ...once, weights, names, about }, options))
  const features = repeated.map(({ row }) => row)
  const labels = Uint8Array.from(repeated, ({ label }) => label)
  const stood = createScorer(await trainTrees({ features, labels, names, about }, options))
  // Ranges are cut by counts of either class, so they are the same for both.
  for (const row of once.features) expect(weighed.margin(row)).toBeCloseTo(stood.margin(row), 6)
})

test('the same rows give the same bytes, with one thread, two, or more than there are features', async () => {
  const train = makeRows(5_000, 4, 8, (row, random) => random() < (row[0]! * row[1]! > 0.1 ? 0.8 : 0.02))
  for (const row of train.features) if (row[2]! > 0.7) row[2] = NaN
  const heldOut = makeRows(1_000, 4, 9, (row, random) => random() < (row[0]! * row[1]! > 0.1 ? 0.8 : 0.02))
  const packed = Float64Array.from(train.features.flatMap((row) => [...row]))
  const train2 = (threads: number, features: TrainingSet['features'] = train.features) =>
    trainTrees({ ...train, features, heldOut, names, about }, { trees: 30, threads })
  const [one, two, many, again] = [await train2(1), await train2(2), await train2(9), await train2(1, packed)]
  expect(one.trees.length).toBe(30)
  for (const other of [two, many, again]) expect(Buffer.from(writeModel(other)).equals(writeModel(one))).toBe(true)
})

test('training ends when the held-out rows gain no more, and the trees after the best are dropped', async () => {
  const noise = (seed: number) => makeRows(400, 4, seed, (row, random) => random() < (row[0]! > 0 ? 0.7 : 0.3))
  const told: number[] = []
  const losses: number[] = []
  const model = await trainTrees(
    { ...noise(10), heldOut: noise(11), names, about },
    { trees: 400, learningRate: 0.3, patience: 10, threads: 1 },
    ({ trees, heldOutLoss }) => {
      told.push(trees)
      losses.push(heldOutLoss!)
    },
  )
  expect(model.trees.length).toBeLessThan(60)
  expect(told.length).toBe(model.trees.length + 10)
  expect(Math.min(...losses)).toBe(losses[model.trees.length - 1])
  expect(model.scores['held_out_loss']).toBe(Math.min(...losses))
  expect(model.training).toMatchObject({ rows: 400, heldOutRows: 400 })
})

test('whoever watches may stop a training by throwing, and hears what they threw', async () => {
  const rows = makeRows(500, 4, 14, (row) => row[0]! > 0)
  const enough = new Error('enough')
  for (const threads of [1, 2]) {
    const training = trainTrees({ ...rows, names, about }, { trees: 5_000, threads }, ({ trees }) => {
      if (trees === 3) throw enough
    })
    await expect(training).rejects.toBe(enough)
  }
})

test('where there is nothing to learn, every use gets the share of frauds', async () => {
  const rows = makeRows(1_000, 4, 12, (_, random) => random() < 0.2)
  for (const row of rows.features) row.fill(1)
  const model = await trainTrees({ ...rows, names, about }, quick)
  const share = rows.labels.reduce((sum, label) => sum + label, 0) / 1_000
  expect(model.trees).toEqual([])
  expect(createScorer(model).score(Float64Array.from([5, NaN, 0, 1]))).toBeCloseTo(share, 10)
})

test('what cannot be learned from is refused by name', async () => {
  const good = { ...makeRows(50, 4, 13, (row) => row[0]! > 0), names, about }
  const one = (change: Partial<TrainingSet>, options: Partial<TrainOptions> = {}) =>
    trainTrees({ ...good, ...change }, { ...quick, ...options })
  const wrong: readonly (readonly [RegExp, Promise<unknown>])[] = [
    [/number of rows/, one({ labels: new Uint8Array(49) })],
    [/4 features/, one({ features: good.features.map((row) => row.subarray(1)) })],
    [/infinite/, one({ features: good.features.map((row) => row.map(() => Infinity)) })],
    [/neither 0 nor 1/, one({ labels: good.labels.map(() => 2) })],
    [/one kind/, one({ labels: good.labels.map(() => 1) })],
    [/weight below 0/, one({ weights: new Float64Array(50).fill(NaN) })],
    [/one kind/, one({ weights: new Float64Array(50) })],
    [/of one name/, one({ names: ['a', 'b', 'c', 'a'] })],
    [/without a name/, one({ about: { name: '', data: 'x' } })],
    [/held-out rows of no weight/, one({ heldOut: { ...good, weights: new Float64Array(50) } })],
    [/depth/, one({}, { depth: 9 })],
    [/bins/, one({}, { bins: 256 })],
    [/trees/, one({}, { trees: 0 })],
    [/learningRate/, one({}, { learningRate: 0 })],
    [/minLeafHessian/, one({}, { minLeafHessian: 0 })],
    [/l2/, one({}, { l2: NaN })],
  ]
  for (const [words, training] of wrong) {
    const fault: unknown = await training.catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(Fault)
    expect(fault).toMatchObject({
      code: 'fraud/training-data',
      cause: { message: expect.stringMatching(words) as string },
    })
  }
})
