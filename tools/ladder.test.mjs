import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { checkLadder, judgeCoverage } from './ladder.mjs'
import { findCycles, judgeImport } from './ladder-rules.mjs'

const SOUND = {
  'package.json': '{ "name": "plant", "type": "module", "dependencies": {} }',
  'src/kernel/index.ts': "export { one } from './one.ts'",
  'src/kernel/one.ts': 'export const one = 1',
  'src/banks/index.ts':
    "import { one } from '../kernel/index.ts'\nexport { type Two, two } from './two.ts'\nexport const a = one",
  'src/banks/two.ts': "import { readFile } from 'node:fs/promises'\nexport type Two = 2\nexport const two = readFile",
  'src/chat/index.ts': "import { a } from '../banks/index.ts'\nexport const b = a",
  'web/answer/main.ts': "import { one } from '../../src/kernel/index.ts'\nconsole.log(one)",
  'sandbox/bank/main.ts': 'export const bank = 1',
}

const planted = []
afterEach(() => planted.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

function plant(changes = {}) {
  const root = mkdtempSync(join(tmpdir(), 'parley-ladder-'))
  planted.push(root)
  for (const [path, text] of Object.entries({ ...SOUND, ...changes })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

describe('the ladder check', () => {
  test('finds nothing to complain about in a sound tree, and has read all of it', async () => {
    const { files, imports, complaints } = await checkLadder(plant())
    expect(complaints).toEqual([])
    expect(files).toBe(7)
    expect(imports).toBeGreaterThanOrEqual(6)
  })

  test.each([
    [
      'a lower module importing a higher one',
      { 'src/audit/index.ts': 'export const c = 1', 'src/platform/index.ts': "export { c } from '../audit/index.ts'" },
    ],
    [
      'neighbours between bars',
      { 'src/channels/index.ts': "import { a } from '../banks/index.ts'\nexport const c = a" },
    ],
    [
      'an import past the front door',
      { 'src/chat/index.ts': "import { two } from '../banks/two.ts'\nexport const b = two" },
    ],
    [
      'a type-only import past the front door',
      { 'src/chat/index.ts': "import type { Two } from '../banks/two.ts'\nexport type B = Two" },
    ],
    [
      'a dynamic import past the front door',
      { 'src/chat/index.ts': "export const b = () => import('../banks/two.ts')" },
    ],
    [
      'kernel importing Node',
      { 'src/kernel/one.ts': "import { randomUUID } from 'node:crypto'\nexport const one = randomUUID" },
    ],
    ['a sandbox importing the product', { 'sandbox/bank/main.ts': "import '../../src/kernel/index.ts'" }],
    ['a sandbox importing its sibling', { 'sandbox/messenger/main.ts': "import '../bank/main.ts'" }],
    ['web importing more than kernel', { 'web/answer/main.ts': "import '../../src/banks/index.ts'" }],
    ['demo importing a module it should start by path', { 'src/demo/index.ts': "import '../chat/index.ts'" }],
    ['a module without a rung', { 'src/gossip/index.ts': "import '../kernel/index.ts'" }],
    [
      'product code importing a test',
      { 'src/chat/b.test.ts': 'export const b = 1', 'src/chat/index.ts': "import './b.test.ts'" },
    ],
    ['an import of nothing', { 'src/chat/index.ts': "import './nowhere.ts'" }],
    ['an unnamed package', { 'src/chat/index.ts': "import 'left-pad-of-nobody'" }],
    ['a loop of files', { 'src/banks/two.ts': "import './index.ts'\nexport type Two = 2\nexport const two = 2" }],
  ])('catches %s', async (_name, changes) => {
    const { complaints } = await checkLadder(plant(changes))
    expect(complaints).toHaveLength(1)
  })

  test('fails in a folder where there is nothing to read', async () => {
    const root = plant()
    for (const folder of ['src', 'web', 'sandbox']) rmSync(join(root, folder), { recursive: true })
    mkdirSync(join(root, 'src'))
    expect((await checkLadder(root)).complaints).toHaveLength(1)
  })
})

test('reading too little is a failure: files nobody read, or not one import in a grown tree', () => {
  const onDisk = ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts', 'f.ts']
  const all = onDisk.map((source) => ({ source }))
  expect(judgeCoverage(onDisk, [], [{}])).toHaveLength(6)
  expect(judgeCoverage(onDisk, all.slice(1), [{}])).toHaveLength(1)
  expect(judgeCoverage(onDisk, all, [])).toHaveLength(1)
  expect(judgeCoverage(onDisk, all, [{}])).toEqual([])
})

describe('judging one import', () => {
  test('lets tests import any module, but not make a sandbox import the product', () => {
    const dependencyTypes = ['local']
    expect(judgeImport({ from: 'src/kernel/a.test.ts', to: 'src/chat/deep.ts', dependencyTypes })).toBeUndefined()
    expect(judgeImport({ from: 'sandbox/bank/a.test.ts', to: 'src/chat/index.ts', dependencyTypes })).toBeDefined()
  })

  test('lets the composition root and the command line wire everything through front doors', () => {
    const dependencyTypes = ['local']
    expect(judgeImport({ from: 'src/app.ts', to: 'src/stats/index.ts', dependencyTypes })).toBeUndefined()
    expect(judgeImport({ from: 'src/main.ts', to: 'src/app.ts', dependencyTypes })).toBeUndefined()
    expect(judgeImport({ from: 'src/main.ts', to: 'src/keys-process.ts', dependencyTypes })).toBeUndefined()
    expect(judgeImport({ from: 'src/keys-process.ts', to: 'src/keystore/index.ts', dependencyTypes })).toBeUndefined()
    expect(judgeImport({ from: 'src/app.ts', to: 'src/keys-process.ts', dependencyTypes })).toBeDefined()
    expect(judgeImport({ from: 'src/app.ts', to: 'src/main.ts', dependencyTypes })).toBeDefined()
    expect(judgeImport({ from: 'src/chat/index.ts', to: 'src/config.ts', dependencyTypes })).toBeDefined()
  })
})

test('a loop is reported once, along its files', () => {
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'b' },
  ]
  expect(findCycles(edges)).toEqual([['b', 'c', 'b']])
})
