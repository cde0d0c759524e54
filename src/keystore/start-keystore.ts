import { chmod, lstat, mkdir, readdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { z } from 'zod'
import type { Secret } from '../kernel/index.ts'
import type { Clock, Database, Logger, Metrics, Random } from '../platform/index.ts'
import type { KeystoreAddress } from './ask-keystore.ts'
import { bearerLengthMin, createCallerCheck } from './callers.ts'
import type { Caller } from './callers.ts'
import { keystoreFault } from './fault.ts'
import { syncFolder } from './files.ts'
import { answers, lockFolder, removeIfThere, shortPath } from './folder-lock.ts'
import { openKeyRing } from './key-ring.ts'
import { makeRootKey, readRootKey } from './root-key.ts'
import type { RootKey } from './root-key.ts'
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
  readonly bearers: Readonly<Partial<Record<Caller, Secret<string>>>>
  /** The pages' origins, e.g. `https://link.example`; a passkey's word from elsewhere does not count. */
  readonly origins: readonly string[]
  readonly rpId: string
  /** 24 hours unless given. */
  readonly recoveryWaitMs?: number
}

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
    const root = await findRootKey(options.folder, deps.random)
    const ring = await openKeyRing(join(options.folder, shardFolder), root, deps.random)
    const site = { origins: options.origins, rpId: options.rpId }
    const server = createRequestServer({
      ...deps,
      ring,
      root,
      site,
      recoveryWaitMs: options.recoveryWaitMs ?? recoveryWaitMsMin,
      verifyTerms: createTermsVerifier(site),
      callerOf: createCallerCheck(options.bearers),
      isReady: () => isDatabaseThere(deps.database),
    })
    await listen(server, options.listen)
    deps.logger.info('keystore.started')
    return {
      at: addressOf(server, options.listen),
      async stop() {
        const giveUp = deps.clock.after(stopMsMax, () => server.closeAllConnections())
        await closeServer(server)
        giveUp()
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
    bearers.some((bearer) => bearer.length < bearerLengthMin) ||
    new Set(bearers).size !== bearers.length
  if (isUnsafe) throw keystoreFault('keystore/options-unsafe')
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(join(folder, shardFolder), { recursive: true, mode: 0o700 })
  await syncFolder(folder)
  const { mode, uid } = await lstat(folder)
  const isOurs = process.platform === 'win32' || ((mode & 0o077) === 0 && uid === process.getuid?.())
  if (!isOurs) throw keystoreFault('keystore/folder-unsafe')
}

// Keys without the root that wraps them are lost, so a missing root is never quietly replaced by a new one.
async function findRootKey(folder: string, random: Random): Promise<RootKey> {
  const known = await readRootKey(folder)
  if (known !== undefined) return known
  if ((await readdir(join(folder, shardFolder))).length > 0) throw keystoreFault('keystore/root-missing')
  return await makeRootKey(folder, random)
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
