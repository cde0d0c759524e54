import { createHmac } from 'node:crypto'
import type { FeatureEngine } from '../fraud/index.ts'
import { Fault } from '../kernel/index.ts'
import type { Secret } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import type { Clock, Database, Logger } from '../platform/index.ts'
import { merchantStore } from './merchant-store.ts'

export type MerchantKeeperDeps = {
  /** Login `parley_fraud`. */
  readonly database: Database
  readonly engine: Pick<FeatureEngine, 'snapshotMerchants' | 'restoreMerchants' | 'merchantChanges'>
  /** The gateway's secret, from which the key of the snapshot follows. */
  readonly linkSecret: Secret<Uint8Array>
  readonly clock: Clock
  readonly logger: Logger
}

/** Keeps merchants' windows beyond the life of this process. docs/fraud-features.md says what is lost all the same. */
export type MerchantKeeper = {
  /** Before anything is counted: windows as they were written last. Never throws: what cannot be read is a logged fault and an empty start. */
  restore(): Promise<void>
  /** Writes the windows down, unless nothing was counted since; gives whether it wrote. Throws the faults of the database, and `alerts/merchants-too-large`. */
  write(): Promise<boolean>
  /** From now on now and then. */
  start(): void
  /** Writes once more; for when nothing is counted any more. */
  stop(): Promise<void>
}

/** So much of what merchants told is lost at most when a process is killed. Each time the engine stands still for 0.3 µs a use held. */
const writeEveryMs = 300_000
/** What a terminal holds that nobody used for so long is out of every window. */
const idleMaxMs = 30 * 86_400_000
const context = 'alerts.merchant_window|v1'

/** Builds the keeper of one engine. Several gateways may keep: each begins with what was written last, and the newest write stays. */
export function createMerchantKeeper(deps: MerchantKeeperDeps): MerchantKeeper {
  const { database, engine, clock, logger } = deps
  const key = createHmac('sha256', deps.linkSecret.reveal()).update('parley/merchant-windows/v1').digest()
  // Nothing is written before it was seen what there is: a database that was away at the start would lose its snapshot to an empty one.
  let written: number | undefined
  let running: Promise<unknown> = Promise.resolve()
  let cancel: (() => void) | undefined
  let stopped = false

  async function restore(): Promise<void> {
    try {
      const sealed = await merchantStore.newest(database)
      if (sealed !== undefined) open(sealed)
      written = engine.merchantChanges
    } catch (fault) {
      logger.fault('alerts.merchants-not-read', fault)
    }
  }

  /** Another version, another secret or damage: the next write takes its place. */
  function open(sealed: Uint8Array): void {
    try {
      engine.restoreMerchants(unseal(key, sealed, context))
      logger.info('alerts.merchants-restored', { bytes: sealed.length })
    } catch (fault) {
      logger.fault('alerts.merchants-unreadable', fault)
    }
  }

  async function writeOnce(): Promise<boolean> {
    const changes = engine.merchantChanges
    // A gateway that counts nothing leaves the word to one that does.
    if (written === undefined || changes === written) return false
    const sealed = seal(key, engine.snapshotMerchants(Math.max(0, clock.now() - idleMaxMs)), context)
    if (sealed.length > merchantStore.bytesMax) throw new Fault('alerts/merchants-too-large', { retry: 'later' })
    await database.transaction((tx) => merchantStore.replace(tx, sealed))
    written = changes
    return true
  }

  /** One at a time. */
  function write(): Promise<boolean> {
    const next = running.then(writeOnce, writeOnce)
    running = next
    return next
  }

  async function writeSafely(): Promise<void> {
    try {
      await write()
    } catch (fault) {
      // What was written before stays, and the next round writes all of it again.
      logger.fault('alerts.merchants-not-written', fault)
    }
  }

  async function round(): Promise<void> {
    if (written === undefined) await restore()
    else await writeSafely()
    if (!stopped) begin()
  }

  function begin(): void {
    cancel = clock.after(writeEveryMs, () => void round())
  }

  return {
    restore,
    write,
    start() {
      if (!stopped) begin()
    },
    async stop() {
      stopped = true
      cancel?.()
      await writeSafely()
    },
  }
}
