// What we build from must be what the lockfile names, and what we build must be the same for whoever builds it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createNpmBench } from '../setup/npm-bench.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'parley-supply-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lockShape = z.object({
  packages: z.record(
    z.string(),
    z.object({ integrity: z.string().optional(), resolved: z.string().optional(), link: z.boolean().optional() }),
  ),
})

describe('threat 25: a tampered dependency or release', () => {
  test('every package is pinned by a SHA-512, and none runs a script of its own when it is installed', () => {
    for (const file of ['package-lock.json', 'tools/package-lock.json']) {
      const { packages } = lockShape.parse(JSON.parse(readFileSync(join(root, file), 'utf8')))
      const unpinned = Object.entries(packages).filter(
        ([name, { integrity }]) => name !== '' && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''),
      )
      expect(unpinned.map(([name]) => name)).toEqual([])
    }
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m)
  })

  test('a package whose bytes are not the pinned ones is refused, and the right one is taken', async () => {
    const bench = await createNpmBench(folder)
    try {
      const good = await bench.pack('good', 'module.exports = 1\n')
      const evil = await bench.pack('evil', 'module.exports = 2\n')
      bench.serve(good)
      expect((await bench.install('honest', { integrity: bench.integrityOf(good) })).code).toBe(0)
      bench.serve(evil)
      const refused = await bench.install('attacked', { integrity: bench.integrityOf(good) })
      expect(refused.code).not.toBe(0)
      expect(refused.output).toContain('EINTEGRITY')
    } finally {
      await bench.close()
    }
  })

  test('built twice, in two places, the release has the same bytes; one changed source changes its hash', () => {
    const sources = snapshot()
    const [one, two] = ['one', 'two'].map((name) => built(sources, name))
    expect(one).toEqual(two)
    const changed = built(sources, 'three', (copy) => {
      const file = join(copy, 'src/kernel/money.ts')
      writeFileSync(file, `${readFileSync(file, 'utf8')}export const slipped = 1\n`)
    })
    expect(changed).not.toEqual(one)
  })
})

/** The sources as they are now, without what is made from them. */
function snapshot(): string {
  const copy = join(folder, 'sources')
  const left = new Set(['node_modules', 'dist', '.git', 'test', 'docs', 'bench'])
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => {
      const [top = ''] = relative(root, path).split('/')
      return !left.has(top) && !top.startsWith('.dist-') && relative(root, path) !== 'tools/node_modules'
    },
  })
  return copy
}

/** Builds sources in a folder of its own; the hash of every file of the release, by name. */
function built(
  sources: string,
  name: string,
  change: (copy: string) => void = () => undefined,
): Readonly<Record<string, string>> {
  const copy = join(folder, name)
  cpSync(sources, copy, { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  change(copy)
  const script = `const { build } = await import(${JSON.stringify(join(copy, 'scripts/build-dist.mjs'))}); await build(${JSON.stringify(copy)})`
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: copy, encoding: 'utf8' })
  expect(ended.stderr).toBe('')
  expect(ended.status).toBe(0)
  // The stamp says when and where it was built; nobody is given it.
  const released = filesOf(join(copy, 'dist')).filter(([path]) => path !== '.built')
  return Object.fromEntries(released.map(([path, bytes]) => [path, hashOf(bytes)]))
}

function filesOf(dist: string): readonly (readonly [string, Buffer])[] {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [relative(dist, path), readFileSync(path)] as const)
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
