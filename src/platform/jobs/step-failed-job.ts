import { Fault } from '../../kernel/index.ts'

/** How failing jobs come back: after `baseMs`, doubled each time up to `maxMs`, with jitter, `failuresMax` times. */
export type JobRetry = { readonly baseMs: number; readonly maxMs: number; readonly failuresMax: number }

/** About ten minutes altogether: longer than a restart or a bank's hiccup, shorter than a person's patience. */
export const jobRetryDefault: JobRetry = { baseMs: 250, maxMs: 60_000, failuresMax: 16 }

/** Returns without failing (`againAfterMs`) count too, but only against a job that never ends. */
const attemptsMax = 5_000

/** What to do with a job before anything is tried: handle it, or give it up, its chances being used up. */
export function stepClaimedJob(
  job: { readonly attempt: number; readonly failures: number },
  retry: JobRetry,
): 'handle' | 'give-up' {
  return job.failures >= retry.failuresMax || job.attempt > attemptsMax ? 'give-up' : 'handle'
}

export type FailedStep = { readonly step: 'again'; readonly delayMs: number } | { readonly step: 'give-up' }

/**
 * What to do with a job whose handler threw. `jitter` is a fraction: half of the delay is fixed and half is spread, so
 * that jobs which failed together do not come back together.
 */
export function stepFailedJob(failures: number, thrown: unknown, retry: JobRetry, jitter: number): FailedStep {
  if (thrown instanceof Fault && thrown.retry === 'never') return { step: 'give-up' }
  if (failures + 1 >= retry.failuresMax) return { step: 'give-up' }
  return { step: 'again', delayMs: backoffMs(failures, retry, jitter) }
}

/** The delay before try number `failures + 2`. */
export function backoffMs(failures: number, retry: JobRetry, jitter: number): number {
  const full = Math.min(retry.maxMs, retry.baseMs * 2 ** Math.min(failures, 30))
  return Math.round(full / 2 + (full / 2) * jitter)
}
