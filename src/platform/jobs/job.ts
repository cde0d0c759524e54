import type { Instant } from '../../kernel/index.ts'
import type { Tx } from '../database/database.ts'

/**
 * A piece of work that survives a restart. `payload` holds ids only, never what people wrote or own. `attempt` starts
 * at 1; more says that an earlier claim ended without finishing, so an outside effect may already have happened.
 */
export type Job = {
  readonly id: bigint
  readonly kind: string
  readonly key: string
  readonly payload: Readonly<Record<string, string>>
  readonly attempt: number
  readonly createdAt: Instant
}

/** What became of a job: `finish` commits together with the job's deletion, or it comes back later. */
export type JobOutcome = { readonly finish: (tx: Tx) => Promise<void> } | { readonly againAfterMs: number }

/** Does one job, outside any transaction. Safe to run twice. */
export type JobHandler = (job: Job) => Promise<JobOutcome>

/** What to add: jobs of one key run one at a time, in the order they were added. Lower priority numbers go first. */
export type NewJob = {
  readonly kind: string
  readonly key: string
  readonly payload: Readonly<Record<string, string>>
  readonly delayMs?: number
  readonly priority?: JobPriority
}

/** 0 before 1 before 2; 1 unless said otherwise. */
export type JobPriority = 0 | 1 | 2
