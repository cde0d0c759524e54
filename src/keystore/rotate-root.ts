import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import type { Clock } from '../platform/index.ts'
import { keystoreFault } from './fault.ts'
import { withoutOverdue } from './key-records.ts'
import type { KeyRing } from './key-ring.ts'
import type { RootKey, RootKeySource } from './root-key.ts'

/** The root key as it changes: which version is the newest, and the way to the next. */
export type RootRotation = {
  /** The newest version. */
  readonly current: () => RootKey
  /** Under which keys an enrolment that is under way may have begun: the newest first. */
  readonly challenges: () => readonly Buffer[]
  /**
   * Makes a new version, puts every living key under it, then destroys every older version: what was kept of older files
   * is then worth nothing. Keys are read, made and erased meanwhile. Goes on where an interrupted one stopped.
   */
  rotate(): Promise<void>
  /** When the last copy of a key that is erased now can exist; see {@link lastCopyAt}. */
  readonly lastCopyAt: () => Instant
}

export type RotationDeps = {
  readonly source: RootKeySource
  readonly ring: KeyRing
  readonly clock: Clock
  readonly rotationMs: number
  readonly backupMs: number
}

/** A rotation that fails is tried again every minute; later than this an operator has been called. */
const lateMsMax = 60 * 60 * 1000

/** For the versions that the ring was opened with, oldest first; more than one says that a rotation was interrupted. */
export function createRootRotation(deps: RotationDeps, opened: readonly RootKey[]): RootRotation {
  const { source, ring, clock } = deps
  let versions = opened
  let earlierChallenge: Buffer | undefined
  let running: Promise<void> | undefined
  const current = (): RootKey => {
    const newest = versions.at(-1)
    if (newest === undefined) throw keystoreFault('keystore/root-missing')
    return newest
  }
  return {
    current,
    challenges: () => [current().challenge, ...(earlierChallenge === undefined ? [] : [earlierChallenge])],
    rotate: () => {
      running ??= rotateOnce().finally(() => {
        running = undefined
      })
      return running
    },
    lastCopyAt: () => lastCopyAt({ ...deps, now: clock.now(), madeAt: current().madeAt }),
  }

  async function rotateOnce(): Promise<void> {
    if (versions.length === 1) {
      const before = current()
      const made = await source.make(before.version + 1)
      earlierChallenge = before.challenge
      versions = [before, made]
    }
    const next = current()
    for (const shard of ring.shards) await shard.rewrap(next, (state) => withoutOverdue(state, clock.now()))
    // Every key was read, and is on disk, under the new version: only now may the old one go.
    if (ring.shards.some((shard) => shard.root().version !== next.version))
      throw keystoreFault('keystore/shard-corrupt')
    for (const old of versions.slice(0, -1)) await source.destroy(old.version)
    versions = [next]
  }
}

/**
 * The last moment at which any copy of a key erased now can exist. Copies of the file it stood in lie under the newest
 * version of the root key or an older one; that dies at the next rotation (and is late by an hour at most); a backup that
 * has both, files and root key, lives as long as the operator keeps backups of this folder.
 */
export function lastCopyAt(given: {
  readonly now: Instant
  readonly madeAt: Instant
  readonly rotationMs: number
  readonly backupMs: number
}): Instant {
  const { now, madeAt, rotationMs, backupMs } = given
  return toInstant(Math.max(now, madeAt + rotationMs) + lateMsMax + backupMs)
}
