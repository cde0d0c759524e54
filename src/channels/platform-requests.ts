import { addDeletionPages, deletionPageLimits } from './messenger/deletion-page.ts'
import { carryOutJob, requestCode, requestKeptDays, requestNotes, sweepRequests } from './platform-requests-store.ts'

/** What a messenger asked for about a person who leaves: for `revocation` to carry out, and its page. */
export const platformRequests = {
  addPages: addDeletionPages,
  pageLimits: deletionPageLimits,
  job: carryOutJob,
  code: requestCode,
  notes: requestNotes,
  sweep: sweepRequests,
  keptDays: requestKeptDays,
} as const
