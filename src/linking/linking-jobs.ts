import type { JobHandler } from '../platform/index.ts'
import { announceLink } from './linked-notice.ts'
import { announceRecovery, finishRecovery } from './recovery-jobs.ts'
import type { LinkingJobsDeps } from './tell-conversations.ts'

/** Handlers of jobs `linking.*`, for a job runner of login `parley_consent`. */
export function linkingJobs(deps: LinkingJobsDeps): Readonly<Record<string, JobHandler>> {
  return {
    'linking.linked-notice': (job) => announceLink(deps, job),
    'linking.recovery-notice': (job) => announceRecovery(deps, job),
    'linking.recovery': (job) => finishRecovery(deps, job),
  }
}
