// What keeps a tampered package out, with one defence less: it then gets in, or its script runs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNpmBench } from '../setup/npm-bench.ts'
import type { NpmBench } from '../setup/npm-bench.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-supply-mutant-'))
/** As the checkout's own .npmrc says; threat-25 reads that it does. */
const ownNpmrc = ['ignore-scripts=true']

let bench: NpmBench
let good: string
let evil: string
beforeAll(async () => {
  bench = await createNpmBench(folder)
  good = await bench.pack('good', 'module.exports = 1\n')
  evil = await bench.pack('evil', `require('node:fs').writeFileSync('ran', '')\n`, { install: 'node index.js' })
  bench.serve(evil)
})
afterAll(async () => {
  await bench.close()
  rmSync(folder, { recursive: true, force: true })
})

type Weak = { readonly integrity?: 'none'; readonly npmrc?: readonly string[] }

const mutants: readonly { readonly name: string; readonly weak: Weak; readonly expect: string }[] = [
  {
    name: 'a lockfile that pins no bytes',
    weak: { integrity: 'none' },
    expect: 'installed, its script not run',
  },
  {
    name: 'a lockfile that pins no bytes, and packages whose scripts run',
    weak: { integrity: 'none', npmrc: ['ignore-scripts=false'] },
    expect: 'installed, its script run',
  },
  {
    name: 'packages whose scripts run',
    weak: { npmrc: ['ignore-scripts=false'] },
    expect: 'refused',
  },
]

async function attack(project: string, weak: Weak): Promise<string> {
  const npmrc = weak.npmrc ?? ownNpmrc
  await bench.install(project, weak.integrity === 'none' ? { npmrc } : { npmrc, integrity: bench.integrityOf(good) })
  if (!bench.has(project, 'index.js')) return 'refused'
  return bench.has(project, 'ran') ? 'installed, its script run' : 'installed, its script not run'
}

describe('with every defence in place', () => {
  test('the attack fails: give another package than the pinned one', async () => {
    expect(await attack('whole', {})).toBe('refused')
  })
})

describe('with one defence less', () => {
  test.each(mutants.map((mutant, at) => [mutant.name, mutant, at] as const))('%s', async (_name, mutant, at) => {
    expect(await attack(`weak-${at}`, mutant.weak)).toBe(mutant.expect)
  })
})
