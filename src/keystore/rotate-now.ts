import { Agent } from 'node:http'
import { join } from 'node:path'
import { Fault, Secret } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import type { Clock, Random } from '../platform/index.ts'
import { createAsker } from './ask-keystore.ts'
import type { KeystoreAddress } from './ask-keystore.ts'
import { keystoreFault } from './fault.ts'
import { lockFolder } from './folder-lock.ts'
import { openKeyRing } from './key-ring.ts'
import { createRootFiles } from './root-files.ts'
import { createRootRotation } from './rotate-root.ts'

export type RotateDeps = { readonly clock: Clock; readonly random: Random }

/** A million keys take about a minute. */
const rotationMsMax = 30 * 60_000

/** The new version, and whether a running keystore made it. */
export type Rotated = { readonly version: number; readonly madeAt: Instant; readonly isRunning: boolean }

/**
 * Replaces the root key now: asks the keystore that runs, known to it by being able to read the root key, or does it itself where
 * none runs. Must run under the account that owns the folder.
 */
export async function rotateNow(
  deps: RotateDeps,
  keystore: { readonly folder: string; readonly at: KeystoreAddress },
): Promise<Rotated> {
  try {
    return { ...(await askRunning(deps, keystore)), isRunning: true }
  } catch (thrown) {
    const isAway = thrown instanceof Fault && thrown.code === 'keystore/unavailable'
    if (!isAway) throw thrown
    return { ...(await rotateStopped(deps, keystore.folder)), isRunning: false }
  }
}

async function askRunning(
  deps: RotateDeps,
  keystore: { readonly folder: string; readonly at: KeystoreAddress },
): Promise<Omit<Rotated, 'isRunning'>> {
  const newest = (await createRootFiles(keystore.folder, deps).load()).at(-1)
  if (newest === undefined) throw keystoreFault('keystore/root-missing')
  const agent = new Agent()
  try {
    const bearer = new Secret(newest.operatorBearer)
    const { ask } = createAsker({ agent, at: keystore.at, clock: deps.clock, bearer, deadlineMs: rotationMsMax })
    return await ask.one('/rotate', {})
  } finally {
    agent.destroy()
  }
}

async function rotateStopped(deps: RotateDeps, folder: string): Promise<Omit<Rotated, 'isRunning'>> {
  const lock = await lockFolder(folder, deps.random)
  try {
    const source = createRootFiles(folder, deps)
    const roots = await source.load()
    if (roots.length === 0) throw keystoreFault('keystore/root-missing')
    const ring = await openKeyRing(join(folder, 'shards'), roots, deps.random)
    await source.tidy()
    // Dates of copies are told by the keystore that answers; here nobody is told.
    const rotation = createRootRotation({ source, ring, clock: deps.clock, rotationMs: 0, backupMs: 0 }, roots)
    await rotation.rotate()
    await ring.close()
    const { version, madeAt } = rotation.current()
    return { version, madeAt }
  } finally {
    await lock.release()
  }
}
