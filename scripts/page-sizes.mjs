// What a browser loads before a page works, and how much that may be: the build fails where it is more.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { PreparingFailed } from './step.mjs'

/** Scripts and style sheets of a page, gzip, with everything they share: what a phone on a slow network waits for. */
export const PAGE_BYTES_MAX = 200_000

/** Every page made by src/pages/page.ts. */
const SHARED = ['tokens.css', 'page.css']

/**
 * Routes and what any page below them loads, from dist/web; `modules` are where its pages are made, so that a test can compare. A page that loads
 * less than its neighbours counts with them.
 */
export const PAGES = [
  { route: '/link', modules: ['src/linking'], files: [...SHARED, 'link.js'] },
  { route: '/a', modules: ['src/answers'], files: [...SHARED, 'answer.css', 'answer.js'] },
  { route: '/alert', modules: ['src/alerts'], files: [...SHARED, 'answer.css', 'answer.js'] },
  {
    route: '/me',
    modules: ['src/privacy-centre', 'src/push'],
    files: [...SHARED, 'me.css', 'me.js', 'push-worker.js'],
  },
  {
    route: '/verify',
    modules: ['src/verify'],
    files: [...SHARED, 'verify.css', 'verify.js', 'verify-worker.js', 'verify-offline.js'],
  },
  { route: '/staff', modules: ['src/staff-pages'], files: [...SHARED, 'staff.css', 'staff.js'] },
  { route: '/desk', modules: ['src/desk'], files: [...SHARED, 'staff.css', 'desk.css', 'desk.js'] },
  { route: '/cases', modules: ['src/cases'], files: [...SHARED, 'staff.css', 'cases.css', 'staff.js'] },
  {
    route: '/console',
    modules: ['src/console'],
    files: [...SHARED, 'staff.css', 'console.css', 'staff.js', 'console.js'],
  },
  { route: '/statistics', modules: ['src/stats'], files: [...SHARED, 'staff.css', 'statistics.css'] },
  {
    route: 'control room',
    modules: ['src/demo/control-room'],
    files: [...SHARED, 'control-room.css', 'control-room.js'],
  },
]

/**
 * How much each page's entry is. What the build made and no row names counts as a page of its own, so that nothing is left out.
 * @param {string} outDir the folder that is or will be dist
 * @returns {{ route: string, bytes: number, files: { name: string, bytes: number }[] }[]} bytes after gzip, the largest first
 */
export function pageSizes(outDir) {
  const folder = join(outDir, 'web')
  const made = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(js|css)$/.test(name)) : []
  const named = new Set(PAGES.flatMap(({ files }) => files))
  const pages = [
    ...PAGES.map(({ route, files }) => ({ route, folder, files: files.filter((name) => made.includes(name)) })),
    ...made.filter((name) => !named.has(name)).map((name) => ({ route: `dist/web/${name}`, folder, files: [name] })),
    ...readyMadePages(outDir, 'sandbox'),
  ]
  const bytesOf = (path) => gzipSync(readFileSync(path)).length
  return pages
    .filter(({ files }) => files.length > 0)
    .map(({ route, folder: from, files }) => {
      const sized = files.map((name) => ({ name, bytes: bytesOf(join(from, name)) }))
      return { route, files: sized, bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0) }
    })
    .sort((left, right) => right.bytes - left.bytes)
}

/**
 * @param {string} outDir the folder that will be dist
 * @throws {PreparingFailed} naming each route that is too large, by how much, and what it is made of
 */
export function checkPageSizes(outDir) {
  const tooLarge = pageSizes(outDir).filter(({ bytes }) => bytes > PAGE_BYTES_MAX)
  if (tooLarge.length === 0) return
  const sentences = tooLarge.map(({ route, bytes, files }) => {
    const parts = files
      .toSorted((left, right) => right.bytes - left.bytes)
      .map(describe)
      .join(', ')
    return `${route} loads ${kilobytes(bytes)} of scripts and styles (gzip), and its budget is ${kilobytes(PAGE_BYTES_MAX)}: ${parts}.`
  })
  throw new PreparingFailed(sentences.join('\n'))
}

/** The same as a table for people. */
export function describePageSizes(outDir) {
  const rows = pageSizes(outDir).map(
    ({ route, bytes, files }) =>
      `${kilobytes(bytes).padStart(9)}  ${route.padEnd(16)} ${files.map(describe).join(', ')}`,
  )
  return [`Scripts and styles of each page, gzip; at most ${kilobytes(PAGE_BYTES_MAX)}.`, ...rows].join('\n')
}

/** Pages that are files: what their HTML names. */
function readyMadePages(outDir, folder) {
  const here = join(outDir, folder)
  if (!existsSync(here)) return []
  return readdirSync(here, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map(({ parentPath, path, name }) => {
      const from = parentPath ?? path
      const html = readFileSync(join(from, name), 'utf8')
      const named = [...html.matchAll(/(?:src|href)="\/?([^":]+\.(?:js|css))"/g)].map(([, file]) => file)
      const route = join(from, name)
        .slice(outDir.length + 1)
        .replaceAll('\\', '/')
      return { route, folder: from, files: named.filter((file) => existsSync(join(from, file))) }
    })
}

function describe({ name, bytes }) {
  return `${name} ${kilobytes(bytes)}`
}

function kilobytes(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`
}
