import { createHash, hkdfSync } from 'node:crypto'
import { lstat, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from '../platform/index.ts'
import { keystoreFault } from './fault.ts'
import { isMissing, syncFolder } from './files.ts'

/** What the root key is for; each use has a key of its own (HKDF-SHA256, RFC 5869), so none can stand in for another. */
export type RootKey = {
  readonly version: number
  /** Wraps customers', banks' and conversations' keys. */
  readonly wrap: Buffer
  /** Marks each line of a shard file as ours. */
  readonly mark: Buffer
  /** Makes enrolment challenges that only we can have made. */
  readonly challenge: Buffer
}

const rootBytes = 32
/** The first and so far only version; a rotation writes the next. */
const rootVersion = 1

/** Reads the root key file (0600). */
export async function readRootKey(folder: string): Promise<RootKey | undefined> {
  const path = rootPath(folder)
  const text = await readRootFile(path)
  if (text === undefined) return undefined
  const { mode } = await lstat(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw keystoreFault('keystore/folder-unsafe')
  const [, version, key = '', check] = /^parley-root (\d{1,9}) ([\w-]{43}) ([0-9a-f]{16})\n$/.exec(text) ?? []
  if (Number(version) !== rootVersion || check !== checkOf(key)) throw keystoreFault('keystore/root-corrupt')
  return deriveRoot(Buffer.from(key, 'base64url'))
}

/** Makes a root key: on disk under its name only when all of it is. */
export async function makeRootKey(folder: string, random: Random): Promise<RootKey> {
  const key = Buffer.from(random.bytes(rootBytes))
  const text = key.toString('base64url')
  const path = rootPath(folder)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`parley-root ${rootVersion} ${text} ${checkOf(text)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  await syncFolder(folder)
  return deriveRoot(key)
}

function rootPath(folder: string): string {
  return join(folder, `root-${rootVersion}.key`)
}

async function readRootFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw keystoreFault('keystore/root-corrupt', cause)
  }
}

function checkOf(key: string): string {
  return createHash('sha256').update(`parley/keystore/root-check/v1\n${key}`).digest('hex').slice(0, 16)
}

function deriveRoot(root: Buffer): RootKey {
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', root, '', `parley/keystore/${use}/v1`, 32))
  return { version: rootVersion, wrap: derive('wrap'), mark: derive('mark'), challenge: derive('challenge') }
}
