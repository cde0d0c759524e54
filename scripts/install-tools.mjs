// Linter and unused-code finder live in tools/, a package of their own: some of their platform packages are missing from
// the registry, so a lock file that holds them fails `npm ci`. `npm install --no-save` takes versions and checksums from
// tools/package-lock.json all the same and tolerates the gaps.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmCommand } from './install.mjs'
import { capture } from './step.mjs'

const INSTALL_MS_MAX = 180_000

let installing

/**
 * Installs the checkers when they are missing or tools/package-lock.json changed. Steps that ask at once share the work.
 * @param {string} root folder of package.json
 * @returns {Promise<{ code: number, output: string }>}
 */
export function installTools(root) {
  installing ??= installWhenStale(join(root, 'tools'))
  return installing
}

async function installWhenStale(folder) {
  const stamp = join(folder, 'node_modules', '.parley-installed')
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  const wanted = `${lock} ${process.platform}-${process.arch}\n`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { code: 0, output: '' }
  const npm = npmCommand()
  const args = [...npm.args, 'install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  const result = await capture(npm.command, args, { cwd: folder, shell: npm.shell, timeoutMs: INSTALL_MS_MAX })
  if (result.code === 0) writeFileSync(stamp, wanted)
  return result
}
