// Are the installed packages the ones package-lock.json names? And if not, npm ci.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { capture, PreparingFailed } from './step.mjs'

const STAMP = join('node_modules', '.parley-installed')
/** npm writes this list when it has finished, so it is absent or old after an interrupted install. */
const NPM_LIST = join('node_modules', '.package-lock.json')
const OUTPUT_LINES_SHOWN = 30

/**
 * Why packages must be installed, in a few words; undefined when they are as the lock file says.
 * @param {string} root folder of package.json
 * @param {{ dev: boolean }} options dev: packages only developers need count too
 * @returns {string | undefined}
 */
export function whyInstall(root, { dev }) {
  const installed = readText(join(root, NPM_LIST))
  if (installed === undefined) return 'first start'
  const wanted = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const stamp = readJson(join(root, STAMP))
  const now = stampFor(wanted, installed)
  if (stamp?.lock === now.lock && stamp.installed === now.installed && stamp.machine === now.machine) return undefined
  // No stamp of ours, but an install by hand may have put the very same packages there.
  if (!isSamePackages(JSON.parse(wanted).packages, JSON.parse(installed).packages, dev))
    return 'package-lock.json changed'
  if (isSamePackages(JSON.parse(wanted).packages, JSON.parse(installed).packages, true)) writeStamp(root, now)
  return undefined
}

/** Installs with npm ci: no install scripts, exactly the lock file. Leaves its stamp only when npm succeeded. */
export async function install(root) {
  const npm = npmCommand()
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const { code, output } = await capture(npm.command, [...npm.args, ...args], { cwd: root, shell: npm.shell })
  if (code !== 0) {
    const tail = output.trimEnd().split('\n').slice(-OUTPUT_LINES_SHOWN).join('\n')
    throw new PreparingFailed(
      `${tail}\n\nnpm ci failed (code ${code}). Parley needs the npm registry once, to install.`,
    )
  }
  const wanted = readFileSync(join(root, 'package-lock.json'), 'utf8')
  writeStamp(root, stampFor(wanted, readFileSync(join(root, NPM_LIST), 'utf8')))
}

/**
 * How to start npm: the one that started us, the one beside this Node, or the one on the path.
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function npmCommand() {
  const beside = dirname(process.execPath)
  const candidates = [
    process.env.npm_execpath,
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const cli = candidates.find((path) => path && basename(path) === 'npm-cli.js' && existsSync(path))
  if (cli) return { command: process.execPath, args: [cli], shell: false }
  // On Windows npm is a .cmd file, which only a shell can run; the arguments are constants of ours.
  return { command: 'npm', args: [], shell: process.platform === 'win32' }
}

function stampFor(wanted, installed) {
  return { lock: sha256(wanted), installed: sha256(installed), machine: `${process.platform}-${process.arch}` }
}

function writeStamp(root, stamp) {
  try {
    writeFileSync(join(root, STAMP), `${JSON.stringify(stamp)}\n`)
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error
    // A folder we may only read: the next start compares the packages again, which is right, only slower.
  }
}

function isSamePackages(wanted, installed, dev) {
  const sameVersion = ([path, entry]) => {
    const there = installed[path]
    if (there === undefined) return !isNeededHere(entry, dev)
    return there.version === entry.version && there.integrity === entry.integrity
  }
  const nothingMissing = Object.entries(wanted).every(([path, entry]) => path === '' || sameVersion([path, entry]))
  return nothingMissing && Object.keys(installed).every((path) => wanted[path] !== undefined)
}

function isNeededHere(entry, dev) {
  if ((entry.dev || entry.devOptional) && !dev) return false
  if (!entry.optional && !entry.devOptional) return true
  // An optional package is needed when it names this machine; the C library it wants is npm's business.
  if (entry.libc || !entry.os || !entry.cpu) return false
  return entry.os.includes(process.platform) && entry.cpu.includes(process.arch)
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function readJson(path) {
  try {
    return JSON.parse(readText(path) ?? 'null') ?? undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined // half written: as good as absent
    throw error
  }
}
