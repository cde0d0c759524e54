import type { JobHandler, JobRetry, Tx } from '../platform/index.ts'
import { addEraseJob, eraseJob } from './begin-erasure.ts'
import { findStranded, sweepOverdue } from './erasure-store.ts'
import { followErasure } from './follow-erasure.ts'
import type { ErasureDeps } from './follow-erasure.ts'

/** Handlers of jobs `erasure.*`, for a job runner of login `parley_eraser`. */
export function erasureJobs(deps: ErasureDeps): Readonly<Record<string, JobHandler>> {
  return { [eraseJob]: (job) => followErasure(deps, job) }
}

/** An erasure is not given up because something of ours was down. What is given up all the same, a sweep begins again. */
export const erasureRetry: Partial<JobRetry> = { maxMs: 30_000, failuresMax: 256 }

/** Begins again what has no job, and deletes what ran out. For a sweeper of login `parley_eraser`. */
export async function sweepErasures(tx: Tx): Promise<number> {
  const stranded = await findStranded(tx)
  for (const erasure of stranded) await addEraseJob(tx, erasure)
  return stranded.length + (await sweepOverdue(tx))
}
