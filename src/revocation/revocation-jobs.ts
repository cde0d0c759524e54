import { endings } from '../consent/index.ts'
import { addJob } from '../platform/index.ts'
import type { JobHandler, JobRetry, Tx } from '../platform/index.ts'
import { followEnding, followJob } from './follow-ending.ts'
import type { RevocationDeps } from './follow-ending.ts'

/** Handlers of jobs `revocation.*`, for a job runner of login `parley_revoker`. */
export function revocationJobs(deps: RevocationDeps): Readonly<Record<string, JobHandler>> {
  return { [followJob]: (job) => followEnding(deps, job) }
}

/** An ending is not given up because something of ours was down for an hour. */
export const revocationRetry: Partial<JobRetry> = { maxMs: 15 * 60_000, failuresMax: 64 }

/** Ends what time ended, and picks up endings whose job was given up. For a sweeper; login `parley_revoker`. */
export async function sweepEndings(tx: Tx): Promise<number> {
  const overdue = await endings.endOverdue(tx)
  const strays = await endings.findStrays(tx)
  for (const { id, customer, institution } of strays) {
    await addJob(tx, { kind: followJob, key: `revoke:${customer}:${institution}`, payload: { ending: id } })
  }
  return overdue + strays.length
}
