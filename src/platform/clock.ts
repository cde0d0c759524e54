import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'

/**
 * Time for showing and for waiting. What is due, fresh or expired is decided by the database's clock, never by this
 * one. `after` gives back a function that cancels it; `sleep` rejects with the signal's reason when it is aborted.
 */
export type Clock = {
  now(): Instant
  after(delayMs: number, run: () => void): () => void
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => toInstant(Date.now()),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
  sleep(delayMs, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason)
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, delayMs)
      signal?.addEventListener('abort', stop, { once: true })
    })
  },
}

/** Milliseconds that only ever grow, for measuring how long something took. */
export function elapsedMs(): number {
  return performance.now()
}

/** Runs something when this turn of the event loop has ended: what arrived in it, of many callers, can then go together. */
export function atTurnsEnd(run: () => void): void {
  setImmediate(run)
}
