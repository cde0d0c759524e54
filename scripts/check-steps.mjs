// The steps of `npm run check`, the long ones first so that two lanes stay busy.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installTools } from './install-tools.mjs'
import { capture } from './step.mjs'

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
 * @returns {{ name: string, run: () => Promise<{ code: number, output: string }> }[]}
 */
export function checkSteps(root) {
  const node = (script, ...args) => capture(process.execPath, [join(root, script), ...args], options())
  const options = (env = {}) => ({ cwd: root, env: { ...process.env, ...env }, timeoutMs: STEP_MS_MAX })
  const tsc = (project) => node('node_modules/typescript/bin/tsc', '-p', project, '--noEmit', '--pretty', 'false')
  return [
    { name: 'unit', run: () => node('scripts/test.mjs', 'unit') },
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
