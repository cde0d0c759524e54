import { createHash } from 'node:crypto'
import { lstat, open, readFile, readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import type { Clock, Random } from '../platform/index.ts'
import { keystoreFault } from './fault.ts'
import { isMissing, syncFolder } from './files.ts'
import { deriveRoot, rootBytes } from './root-key.ts'
import type { RootKey, RootKeySource } from './root-key.ts'

/** `root-2.key` and `hold-2.key` are one version; `….dying` is being destroyed; `….new` never counted. */
type Kind = 'root' | 'hold'
const keyName = /^(root|hold)-(\d{1,9})\.key$/
const dyingName = /^(?:root|hold)-\d{1,9}\.dying$/
const newName = /^(?:root|hold)-\d{1,9}\.key\.new$/

export type RootFilesDeps = { readonly random: Random; readonly clock: Clock }

/** Root keys in files of the keystore's own folder (mode 0600). Faults: `keystore/root-corrupt`, `-missing`, `folder-unsafe`. */
export function createRootFiles(folder: string, deps: RootFilesDeps): RootKeySource {
  return {
    async load() {
      const versions = (await filesIn(folder)).get('root') ?? []
      const loaded: RootKey[] = []
      for (const version of versions) loaded.push(await loadVersion(folder, version, deps))
      return loaded
    },
    async make(version) {
      const madeAt = deps.clock.now()
      // The root key's file comes last: it is what makes the version one.
      const hold = await writeSecret(folder, 'hold', { version, madeAt }, deps.random)
      const root = await writeSecret(folder, 'root', { version, madeAt }, deps.random)
      return deriveRoot({ version, madeAt, root, hold })
    },
    async destroy(version) {
      // From the first rename on the version does not load; from there it is only a matter of finishing.
      for (const kind of ['root', 'hold'] as const) await letDie(folder, kind, version)
      await finishDying(folder)
    },
    async tidy() {
      const files = await filesIn(folder)
      const orphans = (files.get('hold') ?? []).filter((version) => files.get('root')?.includes(version) !== true)
      for (const version of orphans) await letDie(folder, 'hold', version)
      await finishDying(folder)
    },
  }
}

async function filesIn(folder: string): Promise<ReadonlyMap<Kind, readonly number[]>> {
  const found = new Map<Kind, number[]>([
    ['root', []],
    ['hold', []],
  ])
  for (const name of await readdir(folder)) {
    const [, kind, version] = keyName.exec(name) ?? []
    if (kind === 'root' || kind === 'hold') found.get(kind)?.push(Number(version))
  }
  for (const versions of found.values()) versions.sort((one, other) => one - other)
  return found
}

async function loadVersion(folder: string, version: number, deps: RootFilesDeps): Promise<RootKey> {
  const root = await readSecret(folder, 'root', version)
  if (root === undefined) throw keystoreFault('keystore/root-missing')
  const hold = await readSecret(folder, 'hold', version)
  if (hold !== undefined) return deriveRoot({ version, madeAt: root.madeAt, root: root.secret, hold: hold.secret })
  // Folders from before held records have none, and nothing that hangs on one. Any other must not lose it silently.
  if (root.isDated) throw keystoreFault('keystore/root-missing')
  const made = await writeSecret(folder, 'hold', { version, madeAt: root.madeAt }, deps.random)
  return deriveRoot({ version, madeAt: root.madeAt, root: root.secret, hold: made })
}

type SecretFile = { readonly secret: Buffer; readonly madeAt: Instant; readonly isDated: boolean }

const fileShape = /^parley-(root|hold) (\d{1,9}) ([\w-]{43}) ([0-9a-f]{16})(?: (\d{1,16}))?\n$/

async function readSecret(folder: string, kind: Kind, version: number): Promise<SecretFile | undefined> {
  const path = pathOf(folder, kind, version)
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  const { mode, mtimeMs } = await lstat(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw keystoreFault('keystore/folder-unsafe')
  const [, saidKind, saidVersion, key = '', check, madeAt] = fileShape.exec(text) ?? []
  const isOurs = saidKind === kind && Number(saidVersion) === version && check === checkOf(kind, key, madeAt)
  if (!isOurs) throw keystoreFault('keystore/root-corrupt')
  return {
    secret: Buffer.from(key, 'base64url'),
    madeAt: toInstant(madeAt === undefined ? Math.trunc(mtimeMs) : Number(madeAt)),
    isDated: madeAt !== undefined,
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw keystoreFault('keystore/root-corrupt', cause)
  }
}

/** On disk under its name only when all of it is. */
async function writeSecret(
  folder: string,
  kind: Kind,
  made: { readonly version: number; readonly madeAt: Instant },
  random: Random,
): Promise<Buffer> {
  const secret = Buffer.from(random.bytes(rootBytes))
  const key = secret.toString('base64url')
  const path = pathOf(folder, kind, made.version)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    const madeAt = String(made.madeAt)
    await file.writeFile(`parley-${kind} ${made.version} ${key} ${checkOf(kind, key, madeAt)} ${madeAt}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  await syncFolder(folder)
  return secret
}

function checkOf(kind: Kind, key: string, madeAt: string | undefined): string {
  const said = madeAt === undefined ? key : `${key} ${madeAt}`
  return createHash('sha256').update(`parley/keystore/${kind}-check/v1\n${said}`).digest('hex').slice(0, 16)
}

async function letDie(folder: string, kind: Kind, version: number): Promise<void> {
  try {
    await rename(pathOf(folder, kind, version), join(folder, `${kind}-${version}.dying`))
  } catch (cause) {
    if (!isMissing(cause)) throw keystoreFault('keystore/storage-failed', cause)
  }
  await syncFolder(folder)
}

async function finishDying(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (dyingName.test(name) || newName.test(name)) await overwriteAndUnlink(join(folder, name))
  }
  await syncFolder(folder)
}

// Overwritten in place first, so that the freed blocks do not hold the key; a disk that writes elsewhere keeps what it had.
async function overwriteAndUnlink(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    await file.write(Buffer.alloc(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await unlink(path)
}

function pathOf(folder: string, kind: Kind, version: number): string {
  return join(folder, `${kind}-${version}.key`)
}
