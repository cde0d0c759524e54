import { Fault } from '../kernel/index.ts'
import type { Job } from '../platform/index.ts'
import { isHandoverId } from './handover-id.ts'
import type { HandoverId } from './handover-id.ts'

/** Which hand-over a job is about. Throws `desk/job-malformed`. */
export function handoverOf(job: Job): HandoverId {
  const id = job.payload['handover'] ?? ''
  if (!isHandoverId(id)) throw new Fault('desk/job-malformed', { retry: 'never' })
  return id
}
