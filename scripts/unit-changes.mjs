// Which unit tests a change can reach: those that import what changed, and those beside it, since the commit at which all of them last passed
// here. What is unknown counts as everything. `npm test` and CI run all of them, whatever this says.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capture } from './step.mjs'

const PASSED = ['node_modules', '.cache', 'parley', 'unit-passed.json']
const LIST_MS_MAX = 120_000
/** Nothing in them is imported or read by a unit test. */
const UNSEEN = [/\.md$/, /^docs\//, /^bench\//, /^\.ci\//, /^test\/(attacks|conformance|journeys|mutants|proofs)\//]
const CODE = /^(src|sandbox|web|scripts|tools|test)\/.*\.(ts|mjs)$/
/** Runs before every test, imported by none. */
const BEFORE_ALL = /^test\/setup\/(global-setup|property-seed)\.ts$/
const MODULE = /^((?:src|sandbox|web)\/[^/]+)\//
const TEST = /\.test\.(ts|mjs)$/
const ELSEWHERE = /\.browser\.test\.ts$|^test\//

/**
 * What unit tests have to see of these changes.
 * @param {readonly string[]} changed paths relative to the root, with / between folders
 * @returns {'all' | { imports: boolean, folders: string[], modules: string[] }} `folders`: tests right in them run, for some read the sources
 *   beside them; `modules`: all tests below them run, for data is read by path; `imports`: whether to ask who imports what changed
 */
export function reachOf(changed) {
  const reach = { imports: false, folders: new Set(), modules: new Set() }
  for (const path of changed.filter((each) => !UNSEEN.some((pattern) => pattern.test(each)))) {
    const [, module] = MODULE.exec(path) ?? []
    if (CODE.test(path) && !BEFORE_ALL.test(path)) {
      reach.imports = true
      reach.folders.add(dirname(path))
    } else if (module !== undefined) reach.modules.add(module)
    else return 'all'
  }
  return { imports: reach.imports, folders: [...reach.folders], modules: [...reach.modules] }
}

/**
 * The test files that a change reaches.
 * @param {Exclude<ReturnType<typeof reachOf>, 'all'>} reach
 * @param {{ files: readonly string[], importing: readonly string[] }} known all files of the tree, and the tests that import what changed
 */
export function testsWithin({ folders, modules }, { files, importing }) {
  const beside = files.filter(
    (path) =>
      TEST.test(path) &&
      !ELSEWHERE.test(path) &&
      (folders.includes(dirname(path)) || modules.some((module) => path.startsWith(`${module}/`))),
  )
  return [...new Set([...importing, ...beside])].toSorted()
}

/**
 * Which unit tests to run now.
 * @param {string} root folder of package.json
 * @returns {Promise<{ tests: string[] | undefined, why: string }>} `tests` undefined: all
 */
export async function chooseTests(root) {
  const since = readPassed(root)
  const git = gitIn(root)
  if (since === undefined) return { tests: undefined, why: 'all of them: they have not all passed here yet' }
  const [changed, added, known] = await Promise.all([
    git('diff', '--name-only', '--no-renames', since),
    git('ls-files', '--others', '--exclude-standard'),
    git('ls-files'),
  ])
  if (changed === undefined || added === undefined || known === undefined)
    return { tests: undefined, why: 'all of them: git does not say what changed' }
  const reach = reachOf([...changed, ...added])
  const short = since.slice(0, 7)
  if (reach === 'all') return { tests: undefined, why: `all of them: what changed since ${short} reaches each` }
  const importing = reach.imports ? await listImporting(root, since) : []
  if (importing === undefined)
    return { tests: undefined, why: 'all of them: the runner does not say who imports what changed' }
  const tests = testsWithin(reach, { files: [...known, ...added], importing })
  return { tests, why: `${tests.length} files, what changed since ${short} reaches no others` }
}

/** HEAD where the tree is as committed; undefined where it is not, or where git does not say. */
export async function cleanCommit(root) {
  const git = gitIn(root)
  const [status, head] = await Promise.all([git('status', '--porcelain'), git('rev-parse', 'HEAD')])
  return status?.length === 0 ? head?.[0] : undefined
}

/** Notes that all unit tests hold at this commit. */
export function notePassed(root, commit) {
  const path = join(root, ...PASSED)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify({ commit, node: process.version })}\n`)
}

function readPassed(root) {
  try {
    const { commit, node } = JSON.parse(readFileSync(join(root, ...PASSED), 'utf8'))
    return typeof commit === 'string' && /^[0-9a-f]{40}$/.test(commit) && node === process.version ? commit : undefined
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Lines that git prints; undefined where it fails or is not there. Names come as they are (core.quotePath). */
function gitIn(root) {
  return async (...args) => {
    const { code, output } = await capture('git', ['-c', 'core.quotePath=false', ...args], {
      cwd: root,
      timeoutMs: LIST_MS_MAX,
    })
    return code === 0 ? output.split('\n').filter((line) => line !== '') : undefined
  }
}

async function listImporting(root, since) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'list', '--project', 'unit', '--changed', since, '--filesOnly']
  const { code, output } = await capture(process.execPath, args, { cwd: root, timeoutMs: LIST_MS_MAX })
  if (code !== 0) return undefined
  return output.split('\n').flatMap((line) => /^\[unit\] (\S+)$/.exec(line)?.[1] ?? [])
}
