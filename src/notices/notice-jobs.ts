import type { JobHandler } from '../platform/index.ts'
import { noticeJob } from './add-notice.ts'
import { tellCustomer } from './tell-customer.ts'
import type { NoticesDeps } from './tell-customer.ts'

/** The handler of notices, for a job runner of login `parley_consent`. */
export function noticeJobs(deps: NoticesDeps): Readonly<Record<string, JobHandler>> {
  return { [noticeJob]: (job) => tellCustomer(deps, job) }
}
