import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'

/** How often what ran out is thrown away; docs/retention.md counts with it. */
export const sweepEveryMs = 60_000

/** One kind of thing that runs out, and how to throw it away; each under the login that owns it. */
export type Sweep = { readonly name: string; readonly run: () => Promise<number> }

/** Throws away, minute by minute, what ran out. A sweep that fails is logged and comes round again. */
export function startSweeping(
  deps: { readonly clock: Clock; readonly logger: Logger },
  sweeps: readonly Sweep[],
): { stop(): Promise<void> } {
  let stopped = false
  let round: Promise<void> = Promise.resolve()
  let cancel = deps.clock.after(sweepEveryMs, begin)

  function begin(): void {
    round = sweepAll(deps.logger, sweeps).then(() => {
      if (!stopped) cancel = deps.clock.after(sweepEveryMs, begin)
    })
  }

  return {
    async stop() {
      stopped = true
      cancel()
      await round
    },
  }
}

async function sweepAll(logger: Logger, sweeps: readonly Sweep[]): Promise<void> {
  for (const { name, run } of sweeps) {
    try {
      await run()
    } catch (fault) {
      // The next round finds the same rows.
      logger.fault('sweep.failed', fault, { kind: name })
    }
  }
}
