// Builds dist: tsc for what Node runs (files 1:1), esbuild for what browsers run, and the files both only read.
// Everything is made in a folder of its own and put in place by rename at the end, so a failed or interrupted build
// leaves the last good dist untouched and never looks fresh.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { bundlePages, bundleWeb } from './bundle.mjs'
import { compareToStamp, describeSources, listFiles, writeBuildStamp } from './freshness.mjs'
import { checkPageSizes } from './page-sizes.mjs'
import { capture, PreparingFailed } from './step.mjs'

const SOURCE_FOLDERS = ['src', 'sandbox', 'web']
const SOURCE_FILES = [
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.build.json',
  'tsconfig.web.json',
  'scripts/build-dist.mjs',
  'scripts/bundle.mjs',
  'scripts/page-sizes.mjs',
]
/** Files that code reads at run time, copied beside the code that reads them. */
const COPIED = ['.json', '.css', '.html', '.svg', '.txt', '.csv', '.woff2', '.bin']
const TSC_MS_MAX = 180_000

/**
 * Why dist must be built, in a few words; undefined when it is what the sources make.
 * @param {string} root folder of package.json
 * @returns {string | undefined}
 */
export function whyBuild(root) {
  return compareToStamp(root, listSources(root))
}

/**
 * Builds dist anew.
 * @param {string} root folder of package.json
 * @throws {PreparingFailed} with the compiler's words
 */
export async function build(root) {
  removeLeftovers(root)
  // Beside dist, not inside: source maps hold relative paths, and the last good dist must survive a failure.
  const next = join(root, `.dist-next-${process.pid}`)
  mkdirSync(next)
  writeFileSync(join(next, '.gitignore'), '*\n')
  try {
    const sources = describeSources(root, listSources(root)) // before compiling: a change meanwhile must count as stale
    await compile(root, next)
    copyReadFiles(root, next)
    const esbuild = await import('esbuild')
    await bundleWeb(esbuild, root, next)
    await bundlePages(esbuild, root, next)
    checkPageSizes(next)
    writeBuildStamp(next, sources)
    putInPlace(root, next)
  } catch (error) {
    rmSync(next, { recursive: true, force: true })
    if (error.name === 'Error' && Array.isArray(error.errors)) throw new PreparingFailed(error.message) // esbuild's own words
    throw error
  }
}

/** Every file that decides what dist holds, relative to root, with / between folders. */
function listSources(root) {
  const inFolders = SOURCE_FOLDERS.flatMap((folder) => listFiles(root, folder)).filter((path) => !isTest(path))
  return [...inFolders, ...SOURCE_FILES.filter((path) => existsSync(join(root, path)))].sort()
}

function isTest(path) {
  return /\.test\.[a-z]+$/.test(path) || path.includes('/test-support/') || /(^|\/)\.|~$/.test(path)
}

async function compile(root, outDir) {
  // The package's own launcher: no shell, no npx, no dependence on the caller's path.
  const tsc = join(dirname(createRequire(join(root, 'package.json')).resolve('typescript/package.json')), 'bin', 'tsc')
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', relative(root, outDir), '--noEmitOnError']
  const { code, output } = await capture(process.execPath, args, { cwd: root, timeoutMs: TSC_MS_MAX })
  if (code !== 0) throw new PreparingFailed(`${output.trimEnd()}\n\nThe sources do not compile (tsc code ${code}).`)
}

function copyReadFiles(root, outDir) {
  const pageFolders = listFiles(root, 'src')
    .concat(listFiles(root, 'sandbox'))
    .filter((path) => basename(path) === 'entries.json')
    .map((path) => `${dirname(path)}/`)
  for (const path of [...listFiles(root, 'src'), ...listFiles(root, 'sandbox')]) {
    const isRead = COPIED.some((extension) => path.endsWith(extension)) && !isTest(path)
    if (!isRead || pageFolders.some((folder) => path.startsWith(folder))) continue
    cpSync(join(root, path), join(outDir, path))
  }
}

function putInPlace(root, next) {
  const dist = join(root, 'dist')
  const old = join(root, `.dist-old-${process.pid}`)
  if (existsSync(dist)) renameSync(dist, old)
  try {
    renameSync(next, dist)
  } catch (error) {
    if (existsSync(old)) renameSync(old, dist)
    throw error
  }
  rmSync(old, { recursive: true, force: true })
}

function removeLeftovers(root) {
  for (const name of readdirSync(root)) {
    if (/^\.dist-(next|old)-\d+$/.test(name)) rmSync(join(root, name), { recursive: true, force: true })
  }
}
