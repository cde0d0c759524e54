import { z } from 'zod'
import { conversations } from '../channels/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { tellConversations } from './tell-conversations.ts'
import type { LinkingJobsDeps } from './tell-conversations.ts'
import { uuidColumn } from '../customers/index.ts'

/** After a link was confirmed: the customer's other conversations hear of it (threat row 4). */
export async function addLinkedNotice(tx: Tx, conversation: ConversationId): Promise<void> {
  await addJob(tx, { kind: 'linking.linked-notice', key: `linked:${conversation}`, payload: { conversation } })
}

const payloadShape = z.object({ conversation: uuidColumn<ConversationId>() })

/** Job `linking.linked-notice`. */
export async function announceLink(deps: LinkingJobsDeps, job: Job): Promise<JobOutcome> {
  const { conversation: id } = payloadShape.parse(job.payload)
  const customer = (await conversations.load(deps.database, id))?.customer
  if (customer === undefined) return { finish: async () => undefined }
  const notice = { customer, message: 'notice.linked', button: 'notice.lookButton', except: id }
  return { finish: await tellConversations(deps, notice) }
}
