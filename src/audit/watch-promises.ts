import type { Clock, Database, Logger, Metrics } from '../platform/index.ts'
import { databaseNow, findBrokenPromises } from './promise-store.ts'

/** Promises are looked at this often. */
const checkDefaultMs = 1_000
/** Looked at this long after their deadline, so that noting them late hides none. */
const graceMs = 2_000
/** After a start, deadlines this far back are looked at again. */
const lookBackMs = 10 * 60_000

/**
 * Checks every noted promise against the tree, once when it must be merged and once when it must be published. A broken one is
 * an error line with the entry's number and `parley_log_promises_broken_total`: the alarm that a row was taken away before it
 * reached the log. Runs under `parley_sequencer`, in any process, best in one that is not the sequencer's.
 */
export function watchPromises(
  deps: { readonly database: Database; readonly clock: Clock; readonly logger: Logger; readonly metrics: Metrics },
  options: { readonly checkMs?: number; readonly graceMs?: number } = {},
): { stop(): Promise<void> } {
  const broken = deps.metrics.counter({
    name: 'parley_log_promises_broken_total',
    help: 'Promises that the tree did not keep in time.',
    labels: ['kind'],
  })
  let seenTo: number | undefined
  let stopped = false
  let round: Promise<void> = Promise.resolve()
  let cancel = deps.clock.after(0, begin)

  function begin(): void {
    round = check().then(() => {
      if (!stopped) cancel = deps.clock.after(options.checkMs ?? checkDefaultMs, begin)
    })
  }

  async function check(): Promise<void> {
    try {
      const to = (await databaseNow(deps.database)) - (options.graceMs ?? graceMs)
      const found = await findBrokenPromises(deps.database, seenTo ?? to - lookBackMs, to)
      seenTo = to
      for (const { entry, kind } of found) {
        broken.add(1, { kind })
        deps.logger.error('log.promise-broken', { ticketId: entry, kind })
      }
    } catch (fault) {
      // The next round starts where this one would have.
      deps.logger.fault('log.promise-check-failed', fault)
    }
  }

  return {
    async stop() {
      stopped = true
      cancel()
      await round
    },
  }
}
