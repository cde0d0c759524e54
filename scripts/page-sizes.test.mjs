import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { build } from 'esbuild'
import { bundleWeb } from './bundle.mjs'
import { PAGE_BYTES_MAX, PAGES, checkPageSizes, describePageSizes, pageSizes } from './page-sizes.mjs'
import { PreparingFailed } from './step.mjs'

const root = join(import.meta.dirname, '..')
let dist
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'parley-sizes-'))
  mkdirSync(join(dist, 'web'))
})
afterEach(() => rmSync(dist, { recursive: true, force: true }))

/** Bytes that gzip cannot make fewer. */
const dense = (bytes) => randomBytes(bytes)
const put = (name, content) => writeFileSync(join(dist, 'web', name), content)

test('a planted large entry fails the build in one sentence that names the route, its size, its budget and the file', () => {
  put('tokens.css', 'a{}')
  put('desk.js', dense(PAGE_BYTES_MAX))
  const check = () => checkPageSizes(dist)
  expect(check).toThrow(PreparingFailed)
  expect(check).toThrow(
    /^\/desk loads 2\d\d\.\d kB of scripts and styles \(gzip\), and its budget is 200\.0 kB: desk\.js 2\d\d\.\d kB, tokens\.css 0\.0 kB\.$/,
  )
})

test('what two files share between them counts, and each page that loads them is named', () => {
  put('staff.css', dense(PAGE_BYTES_MAX / 2))
  put('staff.js', dense(PAGE_BYTES_MAX / 2 + 1))
  const check = () => checkPageSizes(dist)
  for (const route of ['/staff', '/cases', '/console']) expect(check).toThrow(`${route} loads `)
  expect(check).not.toThrow('/desk loads ')
})

test('what no row names counts all the same', () => {
  put('surprise.js', dense(PAGE_BYTES_MAX))
  expect(() => checkPageSizes(dist)).toThrow(/^dist\/web\/surprise\.js loads /)
})

test('the pages of this source hold the budget, and the table names each of them', async () => {
  await bundleWeb({ build }, root, dist)
  checkPageSizes(dist)
  const table = describePageSizes(dist)
  for (const { route } of PAGES) expect(table).toContain(` ${route} `)
  expect(pageSizes(dist).every(({ bytes }) => bytes > 0)).toBe(true)
})

test('a row names what its module’s pages load, no script or style sheet of them is forgotten', () => {
  const listed = new Map(PAGES.flatMap(({ modules, files }) => modules.map((module) => [module, files])))
  for (const path of sourcesOf('src')) {
    const source = readFileSync(join(root, path), 'utf8')
    if (!/\b(tools\.show|sendPage|assets\.path)\(/.test(source) && !/\bPageParts\b/.test(source)) continue
    const scripts = [...source.matchAll(/\bscript: '([\w-]+)'/g)].map(([, name]) => `${name}.js`)
    const styles = [...source.matchAll(/\bstyle: (?:'([\w-]+)'|\[([^\]]*)\])/g)].flatMap(([, one, list]) =>
      (one ?? list).split(',').map((name) => `${name.replaceAll(/[' ]/g, '')}.css`),
    )
    const named = [...source.matchAll(/\bassets\.path\('([\w.-]+)'\)/g)].map(([, name]) => name)
    const loaded = [...scripts, ...styles, ...named]
    if (loaded.length === 0 || path.startsWith('src/pages/')) continue
    const module = [...listed.keys()].find((folder) => path.startsWith(`${folder}/`))
    expect(module, `${path} loads ${loaded}: name its module in scripts/page-sizes.mjs`).toBeDefined()
    for (const file of loaded) expect(listed.get(module), path).toContain(file)
  }
})

function sourcesOf(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return sourcesOf(path)
    return /(?<!\.test)\.ts$/.test(path) ? [path] : []
  })
}
