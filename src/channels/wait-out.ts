import { Fault } from '../kernel/index.ts'
import type { Job, JobHandler, JobOutcome } from '../platform/index.ts'

/** What a job can only wait for. Anything else that breaks is a failure of the job, and the person is told soon. */
const outages: ReadonlySet<string> = new Set([
  'keystore/unavailable',
  'keystore/busy',
  'platform/database-unavailable',
  'platform/database-busy',
])

const pauseFirstMs = 250
const pauseLongestMs = 15_000

/**
 * A handler for which an outage of ours is no failure: the job waits until keystore and database are back, however long
 * that takes, because what the messenger was told is stored must be answered.
 */
export function waitOut(handle: JobHandler): JobHandler {
  return async (job: Job): Promise<JobOutcome> => {
    try {
      return await handle(job)
    } catch (fault) {
      if (!(fault instanceof Fault && outages.has(fault.code))) throw fault
      return { againAfterMs: Math.min(pauseFirstMs * 2 ** Math.min(job.attempt - 1, 10), pauseLongestMs) }
    }
  }
}
