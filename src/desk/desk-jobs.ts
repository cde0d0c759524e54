import type { JobHandler, Metrics } from '../platform/index.ts'
import type { DeskDeps } from './desk-deps.ts'
import { followLate, lateJob } from './follow-late.ts'
import { followLease, leaseJob } from './follow-lease.ts'
import { loadStanding, sweepRows } from './follow-store.ts'

/** The desk's jobs, for a job runner of login `parley_service`. */
export function deskJobs(
  deps: DeskDeps & { readonly metrics: Pick<Metrics, 'counter'> },
): Readonly<Record<string, JobHandler>> {
  return {
    [leaseJob]: (job) => followLease(deps, job),
    [lateJob]: (job) => followLate(deps, job),
  }
}

/** Forgets what is too old, and tells the metrics how the queue stands; gives how many rows. For the sweeping. */
export async function sweepDesk(deps: Pick<DeskDeps, 'database'> & { readonly metrics: Metrics }): Promise<number> {
  const standing = await loadStanding(deps.database)
  const gauge = deps.metrics.gauge({
    name: 'parley_desk_handovers',
    help: 'Conversations at the desk: waiting for a person, waiting past their deadline (late), and with somebody (taken).',
    labels: ['outcome'],
  })
  for (const outcome of ['waiting', 'late', 'taken'] as const) gauge.set(standing[outcome], { outcome })
  deps.metrics
    .gauge({
      name: 'parley_desk_oldest_wait_seconds',
      help: 'How long the conversation that waits longest has waited.',
    })
    .set(standing.oldestSeconds)
  return await sweepRows(deps.database)
}
