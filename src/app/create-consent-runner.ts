import { bankJobs } from '../banks/index.ts'
import { followCutoff, tellOfCutoff } from '../console/index.ts'
import { linkingJobs } from '../linking/index.ts'
import { noticeJobs } from '../notices/index.ts'
import { type JobRunner, createJobRunner, systemRandom } from '../platform/index.ts'
import type { Modules } from './build-modules.ts'
import type { Eyes } from './open-logins.ts'

// Links and recoveries are few.
const linkWorkers = 2
/** Nobody waits in a chat for jobs of this runner; what a worker that was killed had in hand is theirs this much later. */
const calmTickMs = 250

/** Jobs of login `parley_consent`: what follows links, recoveries, notices and cut-offs. In the gateway, or where consent has a process of its own. */
export function createConsentRunner({ logger, metrics }: Eyes, telling: Modules['telling']): JobRunner {
  const { database } = telling
  return createJobRunner(
    { random: systemRandom, logger, metrics, database },
    {
      handlers: {
        ...linkingJobs(telling),
        ...noticeJobs(telling),
        ...bankJobs,
        ...followCutoff({ database, tell: tellOfCutoff, logger, metrics }),
      },
      concurrency: linkWorkers,
      tickMs: calmTickMs,
    },
  )
}
