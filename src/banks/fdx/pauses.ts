import type { Permit } from '../../consent/index.ts'
import type { DataClass, Instant } from '../../kernel/index.ts'
import { toInstant } from '../../kernel/index.ts'
import type { Clock } from '../../platform/index.ts'

/** Customers whose bank asked for a pause, at most; past it the oldest is forgotten and the bank asked again. */
const pausesMax = 10_000

/** Keeps to the pauses that banks ask for (429 with Retry-After), by customer and bank. */
export type Pauses = {
  pause(permit: Permit<DataClass>, ms: number): void
  isPaused(permit: Permit<DataClass>): boolean
}

/** In this process only: another one that does not know of the pause gets the same answer from the bank, once. */
export function createPauses(clock: Clock): Pauses {
  const until = new Map<string, Instant>()
  const keyOf = (permit: Permit<DataClass>): string => `${permit.customer}|${permit.institution}`
  return {
    pause(permit, ms) {
      const [oldest] = until.keys()
      if (until.size >= pausesMax && oldest !== undefined) until.delete(oldest)
      until.set(keyOf(permit), toInstant(clock.now() + ms))
    },
    isPaused(permit) {
      const key = keyOf(permit)
      const end = until.get(key)
      if (end === undefined) return false
      if (end > clock.now()) return true
      until.delete(key)
      return false
    },
  }
}
