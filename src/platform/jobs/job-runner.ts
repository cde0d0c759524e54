import { jobTopic } from './add-job.ts'
import type { Job, JobHandler, JobOutcome } from './job.ts'
import { claimJobs, forgetDeadJobs, healHeads } from './job-store.ts'
import type { ClaimedJob } from './job-store.ts'
import { createJobRun } from './run-job.ts'
import type { JobRunnerDeps } from './run-job.ts'
import { jobRetryDefault } from './step-failed-job.ts'
import type { JobRetry } from './step-failed-job.ts'
import { createWorkerSession } from './worker-session.ts'

export type JobRunnerOptions = {
  readonly handlers: Readonly<Record<string, JobHandler>>
  /** Jobs in hand at once, each of another key. */
  readonly concurrency: number
  /** What to do for a job that is given up; its `finish` commits together with the job's move to `job_dead`. */
  readonly onDead?: (job: Job) => Promise<JobOutcome>
  readonly retry?: Partial<JobRetry>
  /**
   * How often it looks for jobs of dead workers, and for what nobody told it of; 40 unless given. Where nobody waits for a reply, less
   * often spares the database.
   */
  readonly tickMs?: number
}

export type JobRunner = {
  start(): Promise<void>
  /** Claims nothing more, waits for what is in hand (10 s at most), then lets go. */
  stop(): Promise<void>
  /** A hint that there is something to do, of these kinds; of any when none is named. */
  wake(kinds?: readonly string[]): void
}

/** People wait for what a killed worker had in hand. */
const tickDefaultMs = 40
/** Claims come at most this often, so that under load several jobs share one; the first after a pause goes at once. */
const claimGapMs = 15
/** How long `stop` waits for handlers. What is left is done again by another worker. */
const stopMs = 10_000
/** How often rows left behind are looked for. */
const sweepMs = 30_000

/**
 * Runs jobs of the given kinds: jobs of one key one at a time and in order, `concurrency` keys at once. Work happens
 * outside any transaction; a worker that lost its claim meanwhile cannot finish.
 */
export function createJobRunner(deps: JobRunnerDeps, options: JobRunnerOptions): JobRunner {
  const tickMs = options.tickMs ?? tickDefaultMs
  const retry: JobRetry = { ...jobRetryDefault, ...options.retry }
  const kinds = Object.keys(options.handlers)
  const inHand = new Map<bigint, { readonly id: bigint; readonly ended: Promise<void> }>()
  const run = createJobRun(deps, {
    handlers: options.handlers,
    onDead: options.onDead,
    retry,
    returned: (delayMs) => wakeIn(delayMs),
  })
  let open = false
  let claiming: Promise<void> | undefined
  let claimAgain = false
  let notBefore = 0
  let timers: NodeJS.Timeout[] = []

  const worker = createWorkerSession(deps, {
    kinds,
    tickMs,
    wake: (kinds) => hear(kinds),
    held: () => (claiming === undefined ? [...inHand.keys()] : undefined),
  })

  const wake = (): void => {
    if (!open) return
    if (claiming !== undefined) {
      claimAgain = true
      return
    }
    claiming = claimSoon()
  }

  const hear = (about: readonly string[] = []): void => {
    if (about.length === 0 || about.some((kind) => kinds.includes(kind))) wake()
  }

  /** The tick would find it too, a little later. */
  const wakeIn = (delayMs: number): void => {
    if (open && delayMs < tickMs) setTimeout(wake, delayMs + 1).unref()
  }

  const claimSoon = async (): Promise<void> => {
    const waitMs = notBefore - performance.now()
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    claimAgain = false
    const more = await claim()
    claiming = undefined
    if (claimAgain || more) wake()
  }

  /** Claims once; true when there may be more than was claimed. */
  const claim = async (): Promise<boolean> => {
    const id = worker.id()
    const max = options.concurrency - inHand.size
    if (!open || id === undefined || max <= 0) return false
    notBefore = performance.now() + claimGapMs
    try {
      const jobs = await claimJobs(deps.database, { worker: id, kinds, max })
      jobs.forEach(begin)
      return jobs.length === max
    } catch (error) {
      // The tick tries again; the answer may have been lost after the claim was made.
      deps.logger.fault('jobs.claim-failed', error, { workerId: id })
      worker.claimLost()
      return false
    }
  }

  const begin = (job: ClaimedJob): void => {
    // An older claim of the same job may still be ending here: given back a moment ago, or freed while we were away.
    const older = [...inHand.values()].find(({ id }) => id === job.id)
    inHand.set(job.claim, { id: job.id, ended: settle(job, older?.ended) })
  }

  const settle = async (job: ClaimedJob, older: Promise<void> | undefined): Promise<void> => {
    await older
    await run(job, () => open)
    inHand.delete(job.claim)
    wake()
  }

  const sweep = async (): Promise<void> => {
    try {
      if ((await healHeads(deps.database)) > 0) wake()
      await forgetDeadJobs(deps.database)
    } catch (error) {
      deps.logger.fault('jobs.sweep-failed', error)
    }
  }

  let stopListening = (): void => undefined
  return {
    wake: hear,
    async start() {
      open = true
      await worker.start()
      stopListening = deps.database.onAnnounced(jobTopic, hear)
      timers = [setInterval(() => void sweep(), sweepMs)]
      wake()
    },
    async stop() {
      open = false
      stopListening()
      timers.forEach((timer) => clearInterval(timer))
      await claiming
      await allWithin(
        [...inHand.values()].map(({ ended }) => ended),
        stopMs,
      )
      if (inHand.size > 0) deps.logger.warn('jobs.left-behind', { count: inHand.size })
      await worker.stop()
    },
  }
}

async function allWithin(work: readonly Promise<void>[], limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([Promise.all(work), late])
  clearTimeout(timer)
}
