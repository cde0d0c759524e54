// Browser code. Pages load one script each by a nonce, so every entry becomes one self-contained file.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { listFiles } from './freshness.mjs'
import { PreparingFailed } from './step.mjs'

/** What all browser bundles share: phones three years old read es2022. */
const OPTIONS = {
  bundle: true,
  minify: true,
  target: 'es2022',
  format: 'iife',
  platform: 'browser',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'silent',
  loader: { '.woff2': 'file', '.svg': 'file' },
  assetNames: '[name]-[hash]',
}

/**
 * web/<name>/main.ts becomes dist/web/<name>.js; web/<name>/<file>.css becomes dist/web/<file>.css.
 * @param {typeof import('esbuild')} esbuild
 * @param {string} root folder of package.json
 * @param {string} outDir the folder that will be dist
 */
export async function bundleWeb(esbuild, root, outDir) {
  if (!existsSync(join(root, 'web'))) return
  const entries = new Map()
  for (const folder of readdirSync(join(root, 'web'), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue
    for (const file of readdirSync(join(root, 'web', folder.name))) {
      if (file === 'main.ts') addEntry(entries, folder.name, `web/${folder.name}/main.ts`, '.js')
      if (file.endsWith('.css')) addEntry(entries, basename(file, '.css'), `web/${folder.name}/${file}`, '.css')
    }
  }
  await bundle(esbuild, root, [...entries.values()], join(outDir, 'web'))
}

/**
 * Pages of one process, kept beside it: a folder with entries.json
 * `{ "entries": ["sandbox/messenger/page/chat.ts"], "outdir": "dist/sandbox/messenger/page", "static": [...] }`.
 * All paths start at the root; everything lands in outdir under its own name.
 */
export async function bundlePages(esbuild, root, outDir) {
  const files = ['src', 'sandbox'].flatMap((folder) => listFiles(root, folder))
  for (const list of files.filter((path) => basename(path) === 'entries.json')) {
    const { entries, outdir, assets } = readList(root, list)
    const target = join(outDir, outdir)
    const points = entries.map((path) => ({ in: path, out: basename(path).replace(/\.[a-z]+$/, '') }))
    await bundle(esbuild, root, points, target)
    mkdirSync(target, { recursive: true })
    for (const path of assets) cpSync(join(root, path), join(target, basename(path)), { recursive: true })
  }
}

async function bundle(esbuild, root, entryPoints, outdir) {
  if (entryPoints.length === 0) return
  await esbuild.build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: entryPoints.map((entry) => ({ in: entry.in.replaceAll('\\', '/'), out: entry.out })),
    outdir,
    tsconfig: 'tsconfig.web.json',
  })
}

function addEntry(entries, out, path, kind) {
  const key = `${out}${kind}`
  if (entries.has(key))
    throw new PreparingFailed(`${path} and ${entries.get(key).in} would both become dist/web/${key}`)
  entries.set(key, { in: path, out })
}

function readList(root, path) {
  const {
    entries,
    outdir = `dist/${dirname(path)}`,
    static: assets = [],
  } = JSON.parse(readFileSync(join(root, path), 'utf8'))
  if (!Array.isArray(entries) || !Array.isArray(assets)) throw new PreparingFailed(`${path}: "entries" must be a list`)
  const missing = [...entries, ...assets].filter((file) => !existsSync(join(root, file)))
  if (missing.length > 0) throw new PreparingFailed(`${path} names files that do not exist: ${missing.join(', ')}`)
  if (!outdir.startsWith('dist/') || outdir.includes('..'))
    throw new PreparingFailed(`${path}: outdir must be below dist/`)
  return { entries, assets, outdir: outdir.slice('dist/'.length) }
}
