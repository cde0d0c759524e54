// The steps of `npm run check`, the long ones first so that two lanes stay busy.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installTools } from './install-tools.mjs'
import { capture } from './step.mjs'
import { chooseTests, cleanCommit, notePassed } from './unit-changes.mjs'

/** No step takes a third as long; one that does hangs (the linter has been seen to), and a hang must end as a failure. */
const STEP_MS_MAX = 180_000
const LINTED = ['src', 'sandbox', 'web', 'test', 'bench']
const LINTED_UNTYPED = [
  'scripts',
  'tools/ladder.mjs',
  'tools/ladder-rules.mjs',
  'tools/tidy.mjs',
  'tools/tidy-rules.mjs',
  'tools/links.mjs',
]

/**
 * @param {string} root folder of package.json
 * @param {{ all?: boolean }} [options] all: every unit test, whatever changed
 * @returns {{ name: string, run: () => Promise<{ code: number, output: string, note?: string }> }[]}
 */
export function checkSteps(root, { all = false } = {}) {
  const node = (script, ...args) => capture(process.execPath, [join(root, script), ...args], options())
  const options = (env = {}) => ({ cwd: root, env: { ...process.env, ...env }, timeoutMs: STEP_MS_MAX })
  const tsc = (project) => {
    const known = join(root, 'node_modules', '.cache', 'parley', `${project}.tsbuildinfo`)
    const remembered = ['--incremental', '--tsBuildInfoFile', known]
    return node('node_modules/typescript/bin/tsc', '-p', project, '--noEmit', '--pretty', 'false', ...remembered)
  }
  return [
    { name: 'unit', run: () => unit(root, { all: all || Boolean(process.env.CI), node }) },
    { name: 'format', run: () => node('node_modules/prettier/bin/prettier.cjs', ...prettierArguments()) },
    { name: 'lint', run: () => withTools(root, () => lint(root, options)) },
    { name: 'types', run: () => tsc('tsconfig.json') },
    { name: 'types-web', run: () => tsc('tsconfig.web.json') },
    { name: 'ladder', run: () => node('tools/ladder.mjs', root) },
    {
      name: 'unused',
      run: () => withTools(root, () => node('tools/node_modules/knip/bin/knip.js', ...knipArguments())),
    },
    { name: 'tidy', run: () => node('tools/tidy.mjs', root) },
    { name: 'links', run: () => node('tools/links.mjs', root) },
  ]
}

/** The unit tests that what changed can reach. Where all passed on a tree as committed, that is remembered. */
async function unit(root, { all, node }) {
  const commit = await cleanCommit(root)
  const { tests, why } = all ? { tests: undefined, why: 'all of them' } : await chooseTests(root)
  const result =
    tests?.length === 0
      ? { code: 0, output: '' }
      : await node('scripts/test.mjs', 'unit', ...(tests === undefined ? [] : ['--', ...tests]))
  if (result.code === 0 && commit !== undefined && commit === (await cleanCommit(root))) notePassed(root, commit)
  return { ...result, note: why }
}

function prettierArguments() {
  return ['--check', '.', '--log-level', 'warn', '--cache', '--cache-location', 'node_modules/.cache/prettier/check']
}

function knipArguments() {
  return ['--config', 'tools/knip.json', '--no-progress', '--no-config-hints']
}

/** Folders are always named: without a path the type-aware linter has been seen to hang. */
async function lint(root, options) {
  const bin = join(root, 'tools', 'node_modules')
  const golint = join(bin, 'oxlint-tsgolint', 'bin', 'tsgolint.js')
  const oxlint = (args) => {
    const all = [join(bin, 'oxlint', 'bin', 'oxlint'), '-c', 'tools/oxlint.json', ...args]
    return capture(process.execPath, all, options({ OXLINT_TSGOLINT_PATH: golint }))
  }
  const typed = await oxlint(['--type-aware', ...LINTED.filter((folder) => existsSync(join(root, folder)))])
  const untyped = await oxlint(LINTED_UNTYPED)
  return { code: Math.max(typed.code, untyped.code), output: `${typed.output}${untyped.output}` }
}

async function withTools(root, run) {
  const { code, output } = await installTools(root)
  return code === 0 ? run() : { code, output }
}
