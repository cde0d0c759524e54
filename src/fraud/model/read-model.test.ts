import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { Fault } from '../../kernel/index.ts'
import { randomRow } from '../test-support/random-trees.ts'
import { sampleModel, sampleNames } from '../test-support/sample-model.ts'
import { seededRandom } from '../../chat/learn/seeded-random.ts'
import { createScorer } from './create-scorer.ts'
import { checksumBytes, checksumOf, preludeBytes } from './model-file.ts'
import type { Model } from './model.ts'
import { readModel } from './read-model.ts'
import { modelLimits } from './train-options.ts'
import { writeModel } from './write-model.ts'

let model: Model
let bytes: Uint8Array
beforeAll(async () => {
  model = await sampleModel()
  bytes = writeModel(model)
})

test('a model comes back from its file as it was, scores the same to the last bit, and gives the same bytes again', () => {
  const scorer = readModel(bytes)
  expect(scorer.model).toEqual(model)
  expect(Buffer.from(writeModel(scorer.model)).equals(bytes)).toBe(true)
  expect(scorer.version).toMatch(/^[0-9a-f]{16}$/)
  const before = createScorer(model)
  const random = seededRandom(1)
  for (let at = 0; at < 200; at += 1) {
    const row = randomRow(random, 3)
    expect(scorer.score(row)).toBe(before.score(row))
    expect(scorer.explain(row)).toEqual(before.explain(row))
  }
})

test('a file says what its features are, what it was trained on, and what it reached', () => {
  const scored = readModel(writeModel({ ...model, scores: { ...model.scores, average_precision: 0.75 } }))
  expect(scored.model.names).toEqual(sampleNames)
  expect(scored.model.about).toEqual({ name: 'sample', data: 'made for tests' })
  expect(scored.model.training).toMatchObject({ rows: 1_500, heldOutRows: 600 })
  expect(scored.model.scores).toEqual({ average_precision: 0.75, held_out_loss: model.scores['held_out_loss'] })
  expect(scored.version).not.toBe(readModel(bytes).version)
})

test('rows with more features than the model asks for are read by name; one that they lack is said at once', () => {
  const wide = readModel(bytes, ['night', 't_risk_7d', 'amount', 'c_km'])
  expect(wide.score(Float64Array.from([1, NaN, 0.5, -0.5]))).toBe(
    readModel(bytes).score(Float64Array.from([0.5, -0.5, NaN])),
  )
  expect(() => readModel(bytes, ['amount', 'c_km'])).toThrow(expect.objectContaining({ code: 'fraud/model-features' }))
})

test('a file of a newer format is told from a broken one', () => {
  const newer = bytes.slice()
  newer[3] = 2
  expect(() => readModel(newer)).toThrow(expect.objectContaining({ code: 'fraud/model-version' }))
})

test('no byte can be changed, and none left off or added, without being noticed', () => {
  for (let at = 0; at < bytes.length; at += at < 2_000 ? 1 : 17) {
    const changed = bytes.slice()
    changed[at] = changed[at]! ^ (1 << (at % 8))
    expectRefused(changed)
    expectRefused(bytes.subarray(0, at))
  }
  expectRefused(Uint8Array.from([...bytes, 0]))
})

test('bytes that somebody made, with a checksum that is right, are refused or score every row with a number', () => {
  const end = bytes.length - checksumBytes
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 4, max: end - 1 }), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      }),
      (changes) => {
        const changed = bytes.slice()
        for (const [at, byte] of changes) changed[at] = byte
        expectHarmless(signed(changed.subarray(0, end)))
      },
    ),
    { numRuns: 500 },
  )
})

test('trees that lead nowhere, round in circles or out of the file are refused', () => {
  const start = preludeBytes + new DataView(bytes.buffer).getUint32(4, true)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(), (body, keep) => {
      const rest = bytes.subarray(start, bytes.length - checksumBytes)
      const kept = rest.subarray(0, keep % rest.length)
      expectHarmless(signed(Uint8Array.from([...bytes.subarray(0, start), ...kept, ...body])))
    }),
    { numRuns: 200 },
  )
})

test('advice without measure, which could add up to no number, is refused', () => {
  const [first, ...others] = model.trees
  const trees = [{ ...first!, values: first!.values.map(() => 1e308) }, ...others]
  expectRefused(writeModel({ ...model, trees }))
})

test('each thing that makes a tree none is told by name', () => {
  const leaf = { feature: -1, value: 0.1, count: 1 }
  const ask = (feature: number, count: number) => ({ feature, value: 0.5, count })
  const chain = (depth: number) => [
    ...Array.from({ length: depth }, (_, level) => ask(0, depth + 1 - level)),
    ...Array.from({ length: depth + 1 }, () => leaf),
  ]
  expect(() => readModel(fileOf(chain(modelLimits.depth)))).not.toThrow()
  const wrong: readonly (readonly [string, Uint8Array])[] = [
    ['is too deep', fileOf(chain(modelLimits.depth + 1))],
    ['asks for a feature that it does not name', fileOf([ask(3, 2), leaf, leaf])],
    ['holds nodes that no row reaches', fileOf([ask(0, 2), leaf, leaf, leaf])],
    ['ends within a branch', fileOf([ask(0, 2), leaf])],
    ['ends within a branch', fileOf([])],
    ['has counts that do not add up', fileOf([ask(0, 3), leaf, leaf])],
    ['has a node that no row of the training reached', fileOf([ask(0, 1), leaf, { ...leaf, count: 0 }])],
    ['gives advice without measure', fileOf([{ ...leaf, value: 1e7 }])],
    ['holds what is not a number', fileOf([{ ...ask(0, 2), value: NaN }, leaf, leaf])],
    ['ends within its header', withHeaderLength(bytes.length)],
    ['goes on after its trees', signed(Uint8Array.from([...bytes.subarray(0, bytes.length - checksumBytes), 0]))],
  ]
  for (const [how, file] of wrong) {
    expect(() => readModel(file), how).toThrow(
      expect.objectContaining({
        code: 'fraud/model-broken',
        cause: expect.objectContaining({ message: `the model ${how}` }) as Error,
      }),
    )
  }
})

test('headers of any kind are refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), fc.constant('{"base":1e999}')), (text) => {
      const header = new TextEncoder().encode(text)
      const prelude = bytes.slice(0, preludeBytes)
      new DataView(prelude.buffer).setUint32(4, header.length, true)
      expectRefused(signed(Uint8Array.from([...prelude, ...header])))
    }),
    { numRuns: 200 },
  )
})

test('a header that nests without end is refused', () => {
  const header = new TextEncoder().encode('['.repeat(1_000_000))
  const prelude = bytes.slice(0, preludeBytes)
  new DataView(prelude.buffer).setUint32(4, header.length, true)
  expectRefused(signed(Uint8Array.from([...prelude, ...header])))
})

test('bytes without any form are refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectRefused))
})

type Node = { readonly feature: number; readonly value: number; readonly count: number }

/** A file with one tree of these nodes. */
function fileOf(nodes: readonly Node[]): Uint8Array {
  const tree = {
    features: Int16Array.from(nodes, ({ feature }) => feature),
    values: Float64Array.from(nodes, ({ value }) => value),
    missingLeft: new Uint8Array(nodes.length),
    counts: Uint32Array.from(nodes, ({ count }) => count),
    rights: new Uint16Array(nodes.length),
  }
  return writeModel({ ...model, trees: [tree] })
}

function withHeaderLength(length: number): Uint8Array {
  const content = bytes.slice(0, bytes.length - checksumBytes)
  new DataView(content.buffer).setUint32(4, length, true)
  return signed(content)
}

function signed(content: Uint8Array): Uint8Array {
  return Uint8Array.from([...content, ...checksumOf(content)])
}

function expectRefused(file: Uint8Array): void {
  expect(() => readModel(file)).toThrow(Fault)
}

function expectHarmless(file: Uint8Array): void {
  try {
    const scorer = readModel(file)
    const row = new Float64Array(scorer.model.names.length).fill(NaN)
    expect(scorer.score(row)).not.toBeNaN()
    expect(scorer.explain(row).every(({ contribution }) => !Number.isNaN(contribution))).toBe(true)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    expect(['fraud/model-broken', 'fraud/model-version']).toContain(error.code)
  }
}
