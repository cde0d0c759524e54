import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { createHash, randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { platformFault } from '../fault.ts'

/**
 * Copies the package's programs to a folder named for their content, where the server's account can read them. What
 * already is there is used only if it is ours, nobody else can write it, and it has the same files.
 */
export function copyBinaries(from: string, into: string): string {
  mkdirSync(into, { recursive: true, mode: 0o755 })
  // Whatever the umask was.
  chmodSync(into, 0o755)
  const files = list(from)
  const copy = join(into, `postgresql-${fingerprint(from, files)}`)
  if (existsSync(copy)) {
    if (isSafe(copy) && sameFiles(files, list(copy))) return copy
    throw platformFault('platform/postgres-binaries-unsafe')
  }
  const making = `${copy}.${randomBytes(6).toString('hex')}`
  cpSync(from, making, { recursive: true, dereference: true })
  open(making)
  try {
    renameSync(making, copy)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    // Another process was faster.
    if (!existsSync(copy)) throw error
  }
  if (!isSafe(copy)) throw platformFault('platform/postgres-binaries-unsafe')
  return copy
}

type File = { readonly path: string; readonly bytes: number }

/** Plain files only: links are made anew in the copy. */
function list(folder: string): readonly File[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return { path: path.slice(folder.length), bytes: lstatSync(path).size }
    })
    .sort((left, right) => (left.path < right.path ? -1 : 1))
}

function fingerprint(folder: string, files: readonly File[]): string {
  const hash = createHash('sha256').update(JSON.stringify(files))
  for (const name of ['initdb', 'pg_ctl', 'postgres']) hash.update(readFileSync(join(folder, 'bin', name)))
  return hash.digest('hex').slice(0, 16)
}

function sameFiles(wanted: readonly File[], found: readonly File[]): boolean {
  const there = new Map(found.map((file) => [file.path, file.bytes]))
  return wanted.every((file) => there.get(file.path) === file.bytes)
}

/** Readable for all, whatever the umask was. */
function open(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isSymbolicLink()) chmodSync(path, entry.isDirectory() || dirname(path).endsWith('bin') ? 0o755 : 0o644)
  }
}

/** Ours (root's, as root), and not writable for anybody else. */
function isSafe(folder: string): boolean {
  const uid = process.getuid?.()
  if (uid === 0 && !isRoots(dirname(folder))) return false
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return [folder, dirname(folder), ...entries.map((entry) => join(entry.parentPath, entry.name))].every((path) => {
    const { uid: owner, mode } = lstatSync(path)
    return owner === uid && (lstatSync(path).isSymbolicLink() || (mode & 0o022) === 0)
  })
}

/** Nobody but root can put something else in this place. */
function isRoots(folder: string): boolean {
  const { uid, mode } = lstatSync(folder)
  const parent = dirname(folder)
  return uid === 0 && (mode & 0o022) === 0 && (parent === folder || isRoots(parent))
}
