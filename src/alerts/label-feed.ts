import type { FraudLabel } from '../fraud/index.ts'
import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import type { Clock, Database, Logger, Metrics, Tx } from '../platform/index.ts'
import { labelStore, labelTopic } from './label-store.ts'

/** Labels in their order of arrival, each once, to whoever keeps features. */
export type LabelFeed = {
  /** Gives what arrived since; gives how many. For a sweeper, and at once when a label is announced here. */
  pull(): Promise<number>
  /** From now on: at once when this process commits a label, and each second or two for what others commit. */
  start(): void
  stop(): void
}

/** Labels reach features within five seconds; so often it is looked for those that another process committed. */
const pullEveryMs = 1_500

/** Labels that one pull gives at most; the next gives more. */
const pulledMax = 5_000
/** Numbers are drawn before their rows commit, so a lower one may come after a higher: so far back is looked again. */
const overlapMs = 60_000

/**
 * Feeds labels into features. A label's place is given before its transaction commits, so the last minute is read anew each time, and
 * what was given is remembered for as long. `from`: where features stand already (a snapshot's time); nothing before it is given.
 */
export function createLabelFeed(
  deps: {
    readonly database: Database
    readonly label: (label: FraudLabel) => void
    readonly clock: Clock
    readonly logger: Logger
    readonly metrics: Metrics
  },
  from: Instant = toInstant(0),
): LabelFeed {
  const fed = deps.metrics.counter({
    name: 'parley_fraud_labels_fed_total',
    help: 'Labels that reached the features of this process.',
  })
  const given = new Map<bigint, number>()
  let since = from as number
  let running: Promise<number> | undefined
  let cancel: (() => void) | undefined
  let unlisten: (() => void) | undefined
  let stopped = false

  async function pullOnce(tx: Tx): Promise<number> {
    const arrived = await labelStore.since(tx, toInstant(Math.max(0, since - overlapMs)), pulledMax)
    const fresh = arrived.filter(({ seq }) => !given.has(seq))
    for (const { seq, label } of fresh) {
      deps.label(label)
      fed.add(1)
      given.set(seq, label.arrivedAtMs)
      since = Math.max(since, label.arrivedAtMs)
    }
    for (const [seq, at] of given) if (at < since - 2 * overlapMs) given.delete(seq)
    return fresh.length
  }

  async function pull(): Promise<number> {
    // One at a time: two that ran beside each other would give a label twice.
    running = (running ?? Promise.resolve(0)).then(
      () => pullOnce(deps.database),
      () => pullOnce(deps.database),
    )
    return await running
  }

  async function pullSafely(): Promise<void> {
    try {
      await pull()
    } catch (fault) {
      deps.logger.fault('alerts.labels-not-read', fault)
    }
  }

  async function round(): Promise<void> {
    await pullSafely()
    if (!stopped) cancel = deps.clock.after(pullEveryMs, () => void round())
  }

  return {
    pull,
    start() {
      unlisten = deps.database.onAnnounced(labelTopic, () => void pullSafely())
      void round()
    },
    stop() {
      stopped = true
      cancel?.()
      unlisten?.()
    },
  }
}
