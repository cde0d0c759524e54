import type { Instant } from '../kernel/index.ts'
import type { Clock, Database, Logger, Metrics } from '../platform/index.ts'
import type { LogKey } from './log-key.ts'
import { signPromise } from './promise.ts'
import { addPromises } from './promise-store.ts'
import type { KeptPromise } from './promise-store.ts'

/** Gives promises, and notes them for the monitor. */
export type PromiseBook = {
  /** The signed promise (a note) for an entry that has committed. Answers at once; noting it follows. */
  promise(entry: { readonly ticket: bigint; readonly commitment: Uint8Array; readonly at: Instant }): string
  /** Notes what is not noted yet. */
  stop(): Promise<void>
}

/** Promises are noted together, so that a look costs no second commit; well before the first deadline. */
const noteEveryMs = 200
/** At most this many wait; more means that the database is away, and then no look opens either. */
const waitingMax = 10_000

/**
 * A process that opens looks has one, under the login of its purpose. The promise itself goes out with the answer: one that a
 * crash kept from being noted is still in the customer's hands, and still checks against the tree.
 */
export function createPromiseBook(
  deps: {
    readonly database: Database
    readonly key: LogKey
    readonly clock: Clock
    readonly logger: Logger
    readonly metrics: Metrics
  },
  options: { readonly beatMs: number },
): PromiseBook {
  const unnoted = deps.metrics.counter({
    name: 'parley_log_promises_unnoted_total',
    help: 'Promises that were given and could not be noted for the monitor.',
  })
  let waiting: KeptPromise[] = []
  let noting: Promise<void> = Promise.resolve()
  let cancel: (() => void) | undefined

  function schedule(): void {
    cancel ??= deps.clock.after(noteEveryMs, () => {
      cancel = undefined
      noting = note()
    })
  }

  async function note(): Promise<void> {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      await addPromises(deps.database, batch)
    } catch (fault) {
      // Noting again cannot hurt: the same promise is noted once.
      deps.logger.fault('log.promises-not-noted', fault, { count: batch.length })
      waiting = [...batch, ...waiting].slice(0, waitingMax)
      unnoted.add(batch.length + waiting.length - Math.min(batch.length + waiting.length, waitingMax))
      schedule()
    }
  }

  return {
    promise({ ticket, commitment, at }) {
      const { note: text, promise } = signPromise(deps.key, { commitment, at }, options.beatMs)
      if (waiting.length < waitingMax) waiting.push({ entry: ticket, commitment, note: text, ...promise })
      else unnoted.add()
      schedule()
      return text
    },
    async stop() {
      cancel?.()
      await noting
      await note()
      cancel?.()
    },
  }
}
