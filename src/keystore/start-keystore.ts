import { chmod, lstat, mkdir, readdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import type { Secret } from '../kernel/index.ts'
import type { Clock, Database, Logger, Metrics, Random } from '../platform/index.ts'
import type { KeystoreAddress } from './ask-keystore.ts'
import { bearerLengthMin, createCallerCheck } from './callers.ts'
import type { ConfiguredCaller } from './callers.ts'
import { createDyingKeys } from './dying-keys.ts'
import { keystoreFault } from './fault.ts'
import { syncFolder } from './files.ts'
import { answers, lockFolder, removeIfThere, shortPath } from './folder-lock.ts'
import { keepRotating, rotationMsMax } from './keep-rotating.ts'
import { openKeyRing } from './key-ring.ts'
import { createRootFiles } from './root-files.ts'
import type { RootKey, RootKeySource } from './root-key.ts'
import { createRootRotation } from './rotate-root.ts'
import { createRequestServer } from './serve-requests.ts'
import { createTermsVerifier } from './verify-terms.ts'

/** A recovered passkey counts after this wait, by the keystore's own clock; `serve` accepts no shorter one. */
export const recoveryWaitMsMin = 24 * 60 * 60 * 1000

export type KeystoreDeps = {
  /** The keystore's own login. */
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
}

export type KeystoreOptions = {
  /** Where the keys are: a folder of this process alone (mode 0700); made when missing. */
  readonly folder: string
  readonly listen: KeystoreAddress
  /** Each caller's own secret, 32 characters at least. A caller without one is never answered. */
  readonly bearers: Readonly<Partial<Record<ConfiguredCaller, Secret<string>>>>
  /** The pages' origins, e.g. `https://link.example`; a passkey's word from elsewhere does not count. */
  readonly origins: readonly string[]
  readonly rpId: string
  /** 24 hours unless given. */
  readonly recoveryWaitMs?: number
  /** How old the root key may get; 24 hours unless given, and never more. */
  readonly rotationMs?: number
  /** How long backups of this folder are kept; seven days unless given, and never more. */
  readonly backupMs?: number
}

/** Backups of the keystore's folder live no longer; what an erasure's receipt says rests on it. */
const backupMsMax = 7 * 24 * 60 * 60 * 1000

export type Keystore = {
  readonly at: KeystoreAddress
  /** Answers what is in work, then lets go of the folder. */
  stop(): Promise<void>
}

/**
 * Starts the keystore: takes the folder for itself, reads every key file, and listens. Faults: `keystore/folder-in-use`,
 * `keystore/folder-unsafe`, `keystore/root-missing`, `keystore/root-corrupt`, `keystore/shard-corrupt`,
 * `keystore/options-unsafe`.
 */
export async function startKeystore(deps: KeystoreDeps, options: KeystoreOptions): Promise<Keystore> {
  checkOptions(options)
  await makeFolder(options.folder)
  const lock = await lockFolder(options.folder, deps.random)
  try {
    const source = createRootFiles(options.folder, deps)
    const roots = await findRootKeys(options.folder, source)
    const ring = await openKeyRing(join(options.folder, shardFolder), roots, deps.random)
    // Every key was read under these versions, so what else lies there is left over.
    await source.tidy()
    const rotationMs = options.rotationMs ?? rotationMsMax
    const backupMs = options.backupMs ?? backupMsMax
    const rotation = createRootRotation({ source, ring, clock: deps.clock, rotationMs, backupMs }, roots)
    const site = { origins: options.origins, rpId: options.rpId }
    const dyingKeys = createDyingKeys(deps)
    const server = createRequestServer({
      ...deps,
      ring,
      rotation,
      dyingKeys,
      challengeKeys: rotation.challenges,
      lastCopyAt: rotation.lastCopyAt,
      site,
      recoveryWaitMs: options.recoveryWaitMs ?? recoveryWaitMsMin,
      verifyTerms: createTermsVerifier(site),
      callerOf: createCallerCheck(options.bearers, () => rotation.current().operatorBearer),
      isReady: () => isDatabaseThere(deps.database),
    })
    await listen(server, options.listen)
    deps.logger.info('keystore.started')
    const rotating = keepRotating({ ...deps, rotation }, { rotationMs, isInterrupted: roots.length > 1 })
    return {
      at: addressOf(server, options.listen),
      async stop() {
        await rotating.stop()
        const giveUp = deps.clock.after(stopMsMax, () => server.closeAllConnections())
        await closeServer(server)
        giveUp()
        dyingKeys.stop()
        await ring.close()
        await lock.release()
      },
    }
  } catch (thrown) {
    await lock.release()
    throw thrown
  }
}

const shardFolder = 'shards'
/** Longer than a request may take; what is still open then is cut off. */
const stopMsMax = 6_000

function checkOptions(options: KeystoreOptions): void {
  const bearers = Object.values(options.bearers).map((bearer) => bearer.reveal())
  const isUnsafe =
    options.origins.length === 0 ||
    options.rpId === '' ||
    (options.recoveryWaitMs ?? 0) < 0 ||
    !isWithin(options.rotationMs, rotationMsMin, rotationMsMax) ||
    !isWithin(options.backupMs, 0, backupMsMax) ||
    bearers.some((bearer) => bearer.length < bearerLengthMin) ||
    new Set(bearers).size !== bearers.length
  if (isUnsafe) throw keystoreFault('keystore/options-unsafe')
}

/** A version that lives shorter would be replaced again before all keys are under it. */
const rotationMsMin = 1_000

function isWithin(value: number | undefined, min: number, max: number): boolean {
  return value === undefined || (value >= min && value <= max)
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(join(folder, shardFolder), { recursive: true, mode: 0o700 })
  await syncFolder(folder)
  const { mode, uid } = await lstat(folder)
  const isOurs = process.platform === 'win32' || ((mode & 0o077) === 0 && uid === process.getuid?.())
  if (!isOurs) throw keystoreFault('keystore/folder-unsafe')
}

// Keys without the root that wraps them are lost, so a missing root is never quietly replaced by a new one.
async function findRootKeys(folder: string, source: RootKeySource): Promise<readonly RootKey[]> {
  const known = await source.load()
  if (known.length > 0) return known
  if ((await readdir(join(folder, shardFolder))).length > 0) throw keystoreFault('keystore/root-missing')
  return [await source.make(1)]
}

async function isDatabaseThere(database: Database): Promise<boolean> {
  return (await database.one(z.object({ there: z.boolean() }), 'SELECT true AS there')).there
}

async function listen(server: Server, at: KeystoreAddress): Promise<void> {
  if ('port' in at) return await listenOn(server, { host: at.host, port: at.port })
  const path = shortPath(at.socketPath)
  if (await answers(path)) throw keystoreFault('keystore/folder-in-use')
  await removeIfThere(path)
  await listenOn(server, { path })
  await chmod(path, 0o600)
}

function listenOn(server: Server, at: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function addressOf(server: Server, at: KeystoreAddress): KeystoreAddress {
  const bound = server.address()
  return 'port' in at && typeof bound === 'object' && bound !== null ? { ...at, port: bound.port } : at
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((cause) => (cause === undefined ? resolve() : reject(cause)))
    server.closeIdleConnections()
  })
}
