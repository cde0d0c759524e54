import { Fault } from '../../kernel/index.ts'
import { sqlState } from '../database/sql-state.ts'
import type { Database, Tx } from '../database/database.ts'
import { platformFault } from '../fault.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import { fraction } from '../random.ts'
import type { Random } from '../random.ts'
import type { Job, JobHandler, JobOutcome } from './job.ts'
import { finishJob, jobLostState, recordDeadJob, returnJob } from './job-store.ts'
import type { ClaimedJob } from './job-store.ts'
import { backoffMs, stepClaimedJob, stepFailedJob } from './step-failed-job.ts'
import type { JobRetry } from './step-failed-job.ts'

export type JobRunnerDeps = {
  readonly database: Database
  readonly logger: Logger
  readonly metrics: Metrics
  readonly random: Random
}

export type JobRunOptions = {
  readonly handlers: Readonly<Record<string, JobHandler>>
  readonly onDead: ((job: Job) => Promise<JobOutcome>) | undefined
  readonly retry: JobRetry
  /** A job was given back and is due again in a while. */
  readonly returned: (delayMs: number) => void
}

/** A handler's outside calls all have deadlines of their own; past this it is stuck, and its slot is taken back. */
const handlerMs = 120_000
/** Between tries to give a job back while the database is away. */
const giveBackMs = 200
/** How often `onDead` may itself fail before the job is given up without it. */
const onDeadTriesMax = 5

type How = 'done' | 'returned' | 'failed' | 'dead' | 'lost'

/** Makes the function that does one claimed job to its end, whatever that is; it never throws. */
export function createJobRun(
  deps: JobRunnerDeps,
  options: JobRunOptions,
): (job: ClaimedJob, open: () => boolean) => Promise<void> {
  const seconds = deps.metrics.histogram({
    name: 'parley_job_seconds',
    help: 'From claim to end of a job.',
    labels: ['kind', 'outcome'],
  })
  const waited = deps.metrics.histogram({
    name: 'parley_job_wait_seconds',
    help: 'From when a job was due to its claim.',
    labels: ['kind'],
  })

  return async (job, open) => {
    const startMs = performance.now()
    waited.observe(job.waitedMs / 1000, { kind: job.kind })
    const how = await settle(job, open)
    seconds.observe((performance.now() - startMs) / 1000, { kind: job.kind, outcome: how })
  }

  async function settle(job: ClaimedJob, open: () => boolean): Promise<How> {
    if (stepClaimedJob(job, options.retry) === 'give-up') return giveUp(job, 'platform/job-attempts-used-up', open)
    try {
      return await applyOutcome(job, await handle(job), finishJob, 'done')
    } catch (thrown) {
      return failed(job, thrown, open)
    }
  }

  function handle(job: ClaimedJob): Promise<JobOutcome> {
    const handler = options.handlers[job.kind]
    if (handler === undefined) throw platformFault('platform/job-attempts-used-up')
    return within(handlerMs, () => handler(job))
  }

  async function applyOutcome(
    job: ClaimedJob,
    outcome: JobOutcome,
    take: (tx: Tx, job: ClaimedJob) => Promise<void>,
    how: How,
  ): Promise<How> {
    if ('finish' in outcome) {
      await deps.database.transaction(async (tx) => {
        // The handler's writes leave right behind the fence; without the claim they fail with it.
        const [taken, finished] = await Promise.allSettled([take(tx, job), outcome.finish(tx)])
        if (taken.status === 'rejected') throw taken.reason
        if (finished.status === 'rejected') throw finished.reason
      })
      return how
    }
    return giveBack(job, { delayMs: outcome.againAfterMs, failed: false })
  }

  async function failed(job: ClaimedJob, thrown: unknown, open: () => boolean): Promise<How> {
    if (sqlState(thrown) === jobLostState) return lost(job)
    deps.logger.fault('jobs.failed', thrown, { jobId: job.id, jobKind: job.kind, attempt: job.attempt })
    const step = stepFailedJob(job.failures, thrown, options.retry, fraction(deps.random))
    if (step.step === 'give-up') return giveUp(job, thrown instanceof Fault ? thrown.code : 'unknown', open)
    return keepGivingBack(job, step.delayMs, open)
  }

  async function giveUp(job: ClaimedJob, code: string, open: () => boolean): Promise<How> {
    const take = async (tx: Tx): Promise<void> => {
      await Promise.all([finishJob(tx, job), recordDeadJob(tx, job, code)])
    }
    try {
      const outcome = await lastWords(job)
      const how = await applyOutcome(job, outcome, take, 'dead')
      deps.logger.error('jobs.dead', { jobId: job.id, jobKind: job.kind, attempt: job.attempt, code })
      return how
    } catch (thrown) {
      if (sqlState(thrown) === jobLostState) return lost(job)
      deps.logger.fault('jobs.give-up-failed', thrown, { jobId: job.id, jobKind: job.kind })
      return keepGivingBack(job, backoffMs(job.failures, options.retry, fraction(deps.random)), open)
    }
  }

  function lastWords(job: ClaimedJob): Promise<JobOutcome> {
    const onDead = options.onDead
    const triesLeft = job.failures < options.retry.failuresMax + onDeadTriesMax
    if (onDead === undefined || !triesLeft) return Promise.resolve({ finish: async () => undefined })
    return within(handlerMs, () => onDead(job))
  }

  function lost(job: ClaimedJob): How {
    deps.logger.warn('jobs.lost', { jobId: job.id, jobKind: job.kind, attempt: job.attempt })
    return 'lost'
  }

  async function giveBack(job: ClaimedJob, how: { delayMs: number; failed: boolean }): Promise<How> {
    if (!(await returnJob(deps.database, job, how))) return lost(job)
    options.returned(how.delayMs)
    return how.failed ? 'failed' : 'returned'
  }

  /** Tries until the database answers: a claim that nobody works on would otherwise hold up its key. */
  async function keepGivingBack(job: ClaimedJob, delayMs: number, open: () => boolean): Promise<How> {
    for (;;) {
      try {
        return await giveBack(job, { delayMs, failed: true })
      } catch (thrown) {
        deps.logger.fault('jobs.give-back-failed', thrown, { jobId: job.id, jobKind: job.kind })
        // Stopping ends this worker's session, and that frees the claim.
        if (!open()) return 'lost'
        await new Promise((resolve) => setTimeout(resolve, giveBackMs))
      }
    }
  }
}

async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(platformFault('platform/job-stuck')), limitMs)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
