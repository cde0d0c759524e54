import { z } from 'zod'
import { signedTerms } from '../consent/index.ts'
import { recoveries, uuidColumn } from '../customers/index.ts'
import type { Recovery } from '../customers/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { tellConversations } from './tell-conversations.ts'
import type { LinkingJobsDeps } from './tell-conversations.ts'

/** The longest a job sleeps before it looks at the wait again. */
const lookAgainMsMax = 3_600_000

/**
 * What commits together with a new recovery: everything is sealed again, and two jobs are added. Notices go out at once;
 * the end of the wait has a key of its own, so that the notices do not hold it up.
 */
export async function beginWaiting(tx: Tx, recovery: Recovery): Promise<void> {
  await signedTerms.sealCustomer(tx, recovery.customer)
  const payload = { recovery: recovery.id, customer: recovery.customer }
  await addJob(tx, { kind: 'linking.recovery-notice', key: `recovery-notice:${recovery.id}`, payload })
  await addJob(tx, { kind: 'linking.recovery', key: `recovery:${recovery.id}`, payload })
}

const payloadShape = z.object({ recovery: z.uuid(), customer: uuidColumn<CustomerId>() })

/** Job `linking.recovery-notice`: every conversation hears of the new passkey, and gets the way to stop it. */
export async function announceRecovery(deps: LinkingJobsDeps, job: Job): Promise<JobOutcome> {
  const { customer } = payloadShape.parse(job.payload)
  const message = 'notice.recoveryStarted'
  return { finish: await tellConversations(deps, { customer, message, button: 'notice.stopButton' }) }
}

/** Job `linking.recovery`: sleeps until the wait is over, then says that the new passkey works. */
export async function finishRecovery(deps: LinkingJobsDeps, job: Job): Promise<JobOutcome> {
  const { recovery, customer } = payloadShape.parse(job.payload)
  const done = await deps.database.transaction((tx) => recoveries.complete(tx, recovery))
  if (done.state === 'waiting') return { againAfterMs: Math.min(done.waitMs, lookAgainMsMax) }
  if (done.state === 'cancelled') return { finish: async () => undefined }
  const tell = await tellConversations(deps, { customer, message: 'notice.recoveryDone' })
  return {
    async finish(tx) {
      // Once more: what was loosened during the wait was loosened by the passkey that is said to be lost.
      await signedTerms.sealCustomer(tx, customer)
      await tell(tx)
    },
  }
}
