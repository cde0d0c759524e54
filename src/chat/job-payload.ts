import { Fault, isUuid } from '../kernel/index.ts'
import type { Job } from '../platform/index.ts'

/** An id that a job names. Throws `chat/job-malformed` when it is none. */
export function idAt(job: Job, name: string): string {
  const id = job.payload[name]
  if (id === undefined || !isUuid(id)) throw new Fault('chat/job-malformed', { retry: 'never' })
  return id
}
