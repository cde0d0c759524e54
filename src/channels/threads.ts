import { isElsewhere, threadJob, threadJobs } from './thread-store.ts'

/** Which app of the page has a conversation, and the jobs about it. */
export const threads = { isElsewhere, job: threadJob, jobs: threadJobs } as const
