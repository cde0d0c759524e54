// Is dist what the sources make? File times and sizes answer in milliseconds; where they differ, contents decide, so a
// copied or re-cloned tree is not built again for nothing.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const STAMP = '.built'
/** A file changed this shortly before it was looked at may change again within the same clock tick: trust contents only. */
const TICK_MS = 2_000

/**
 * Compares the sources with what dist was built from.
 * @param {string} root folder of package.json
 * @param {string[]} sources paths relative to root
 * @returns {string | undefined} why dist is stale, or undefined
 */
export function compareToStamp(root, sources) {
  const stamp = readStamp(join(root, 'dist', STAMP))
  if (stamp === undefined) return 'first start'
  if (Object.keys(stamp.sources.files).length !== sources.length) return 'sources changed'
  let onlyTimesDiffer = false
  for (const path of sources) {
    const known = stamp.sources.files[path]
    if (known === undefined) return 'sources changed'
    const { size, mtimeMs } = statSync(join(root, path))
    if (size === known.size && mtimeMs === known.mtimeMs && mtimeMs < stamp.sources.lookedAtMs - TICK_MS) continue
    if (hashFile(join(root, path)) !== known.hash) return 'sources changed'
    onlyTimesDiffer = true
  }
  for (const [path, size] of Object.entries(stamp.outputs)) {
    if (statSync(join(root, 'dist', path), { throwIfNoEntry: false })?.size !== size) return 'dist is incomplete'
  }
  if (onlyTimesDiffer) rewriteTimes(root, stamp)
  return undefined
}

/**
 * What the sources are right now: size, time and content of each.
 * @param {string} root folder of package.json
 * @param {string[]} sources paths relative to root
 */
export function describeSources(root, sources) {
  const files = Object.fromEntries(
    sources.map((path) => {
      const { size, mtimeMs } = statSync(join(root, path))
      return [path, { size, mtimeMs, hash: hashFile(join(root, path)) }]
    }),
  )
  return { lookedAtMs: Date.now(), files }
}

/**
 * Notes in a finished build what it was made from and what it consists of.
 * @param {string} outDir the folder that will be dist
 * @param {ReturnType<typeof describeSources>} sources as they were before building
 */
export function writeBuildStamp(outDir, sources) {
  const outputs = Object.fromEntries(listFiles(outDir, '.').map((path) => [path, statSync(join(outDir, path)).size]))
  writeFileSync(join(outDir, STAMP), JSON.stringify({ sources, outputs }))
}

/**
 * All files below a folder, relative to root with / between folders; [] when the folder does not exist.
 * @param {string} root
 * @param {string} folder relative to root
 * @returns {string[]}
 */
export function listFiles(root, folder) {
  const here = statSync(join(root, folder), { throwIfNoEntry: false })
  if (!here?.isDirectory()) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : listFiles(root, path)
    return entry.isFile() ? [path] : []
  })
}

function rewriteTimes(root, stamp) {
  try {
    const sources = describeSources(root, Object.keys(stamp.sources.files))
    writeFileSync(join(root, 'dist', STAMP), JSON.stringify({ ...stamp, sources }))
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error
    // A clone we may only read: contents are compared again next time.
  }
}

function hashFile(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function readStamp(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}
