import { elapsedMs } from '../platform/index.ts'
import type { Clock, Logger, Metrics } from '../platform/index.ts'
import type { RootRotation } from './rotate-root.ts'

export type KeepRotatingDeps = {
  readonly rotation: RootRotation
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** The longest a version of the root key lives; what an erasure's receipt says rests on it. */
export const rotationMsMax = 24 * 60 * 60 * 1000
/** A rotation that failed (a full disk) is tried again after this. */
const retryMs = 60_000
/** Timers hold no more than 24 days; looking now and then is enough, and finds a clock that was set. */
const lookMsMax = 60 * 60 * 1000

/**
 * Replaces the root key when it is a day old, at once when it became so while nobody was running, and finishes first what
 * an earlier process could not finish.
 */
export function keepRotating(
  deps: KeepRotatingDeps,
  options: { readonly rotationMs: number; readonly isInterrupted: boolean },
): { stop(): Promise<void> } {
  const { rotation, clock, logger, metrics } = deps
  metrics.gauge({
    name: 'parley_keystore_root_age_seconds',
    help: 'How old the root key is; more than a day and an hour says that rotations fail.',
    read: () => (clock.now() - rotation.current().madeAt) / 1000,
  })
  let isStopped = false
  let isInterrupted = options.isInterrupted
  let round: Promise<void> = Promise.resolve()
  let cancel = clock.after(isInterrupted ? 0 : waitMs(), begin)

  return {
    async stop() {
      isStopped = true
      cancel()
      await round
    },
  }

  function waitMs(): number {
    return Math.min(lookMsMax, Math.max(0, rotation.current().madeAt + options.rotationMs - clock.now()))
  }

  function begin(): void {
    round = turn().then((delayMs) => {
      if (!isStopped) cancel = clock.after(delayMs, begin)
    })
  }

  async function turn(): Promise<number> {
    const isDue = isInterrupted || waitMs() === 0
    if (!isDue) return waitMs()
    const startedAt = elapsedMs()
    try {
      await rotation.rotate()
      isInterrupted = false
    } catch (fault) {
      logger.fault('keystore.rotation-failed', fault)
      return retryMs
    }
    logger.info('keystore.rotated', {
      version: rotation.current().version,
      durationMs: Math.round(elapsedMs() - startedAt),
    })
    return waitMs()
  }
}
