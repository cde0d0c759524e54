import type { Instant } from '../kernel/index.ts'
import type { Clock, Logger } from '../platform/index.ts'

/** A value and when it was read; `isStale`: it could not be read now, and this is how it was then. */
export type Seen<Value> = { readonly value: Value; readonly checkedAt: Instant; readonly isStale: boolean }

/** Different people see different banks; so many answers are remembered for each page, the latest ones. */
const rememberedMax = 200

/**
 * Remembers what a page last showed, so that it can go on showing it, with its time, while the figures cannot be read. Each answer belongs to a
 * scope: nobody is shown what was read for somebody with other banks.
 */
export function createLastSeen<Value>(deps: { readonly clock: Clock; readonly logger: Logger }) {
  const known = new Map<string, Seen<Value>>()
  return {
    /** Reads anew; where that fails, the last good value. A fault only where there never was one. */
    async see(scope: string, read: () => Promise<Value>): Promise<Seen<Value>> {
      try {
        const seen = { value: await read(), checkedAt: deps.clock.now(), isStale: false }
        known.delete(scope)
        known.set(scope, seen)
        const [oldest] = known.size > rememberedMax ? known.keys() : []
        if (oldest !== undefined) known.delete(oldest)
        return seen
      } catch (fault) {
        const last = known.get(scope)
        if (last === undefined) throw fault
        deps.logger.fault('console.figures-not-read', fault)
        return { ...last, isStale: true }
      }
    },
  }
}
