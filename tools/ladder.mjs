// `npm run check -- --only ladder`: reads every import with dependency-cruiser and judges it by ladder-rules.mjs.
// dependency-cruiser reads TypeScript 7 only through swc and is silent when it cannot: so every source file on disk must
// have been read, and imports must have been found, or the check fails.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import { listFiles } from '../scripts/freshness.mjs'
import { findCycles, judgeImport } from './ladder-rules.mjs'

const FOLDERS = ['src', 'sandbox', 'web', 'test', 'bench']
/** A tree of this many files always has imports; fewer may be a first commit. */
const FILES_WITHOUT_IMPORTS_MAX = 5

/**
 * Checks the ladder of one tree.
 * @param {string} root folder of package.json
 * @returns {Promise<{ files: number, imports: number, complaints: string[] }>}
 */
export async function checkLadder(root) {
  const onDisk = FOLDERS.flatMap((folder) => listFiles(root, folder)).filter((path) => /\.[cm]?tsx?$/.test(path))
  const modules = await readImports(root)
  const edges = modules.flatMap((module) =>
    module.dependencies.map(({ resolved, module: asked, dependencyTypes, couldNotResolve }) => ({
      from: module.source,
      to: resolved ?? asked,
      dependencyTypes: couldNotResolve ? ['unknown'] : dependencyTypes,
    })),
  )
  const complaints = [
    ...judgeCoverage(onDisk, modules, edges),
    ...edges.flatMap((edge) => {
      const fault = judgeImport(edge)
      return fault === undefined ? [] : [`${edge.from} -> ${edge.to}: ${fault}`]
    }),
    ...findCycles(edges.filter((edge) => onDisk.includes(edge.from))).map((cycle) => `cycle: ${cycle.join(' -> ')}`),
  ]
  return { files: onDisk.length, imports: edges.length, complaints }
}

async function readImports(root) {
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)))
  const { output } = await cruise(folders, {
    baseDir: root,
    parser: 'swc',
    tsPreCompilationDeps: true, // type-only imports count as imports
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  })
  return output.modules.filter((module) => FOLDERS.some((folder) => module.source.startsWith(`${folder}/`)))
}

/**
 * What shows that the tree was not read: files on disk that no reader saw, or no imports where there must be some.
 * @param {string[]} onDisk paths of the source files
 * @param {{ source: string }[]} modules what was read
 * @param {object[]} edges the imports found
 * @returns {string[]}
 */
export function judgeCoverage(onDisk, modules, edges) {
  if (onDisk.length === 0) return ['no source file found: is this the right folder?']
  const read = new Set(modules.map((module) => module.source))
  const unread = onDisk.filter((path) => !read.has(path))
  const complaints = unread.map((path) => `${path}: was not read by dependency-cruiser (is @swc/core there?)`)
  if (edges.length === 0 && onDisk.length > FILES_WITHOUT_IMPORTS_MAX)
    complaints.push('no imports found at all: nothing was read')
  return complaints
}

if (process.argv[1]?.endsWith('ladder.mjs')) {
  const { files, imports, complaints } = await checkLadder(process.argv[2] ?? process.cwd())
  for (const complaint of complaints) console.error(complaint)
  console.log(`ladder: ${files} files, ${imports} imports, ${complaints.length} complaints`)
  process.exitCode = complaints.length === 0 ? 0 : 1
}
