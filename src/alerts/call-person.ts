import { z } from 'zod'
import { loadConversation } from '../channels/index.ts'
import { handoverContext } from '../chat/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { Permit } from '../consent/index.ts'
import { uuidColumn } from '../customers/index.ts'
import type { MessageId } from '../kernel/index.ts'
import { seal } from '../platform/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { alertPayload, over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { sayToDesk } from './alert-words.ts'

/** By when a person should have looked, in seconds: a theft before a doubt, and a doubt before a silence. */
const deadlineSeconds = { 'not-me': 900, 'not-sure': 3_600, unanswered: 8 * 3_600 } as const

const payloadShape = alertPayload.extend({ because: z.enum(['not-me', 'not-sure', 'unanswered']) })

/**
 * A person at the bank is asked for, and after "not me" with a case. They read the bank's own name of the payment and no figure: what it
 * was, the bank knows, and more than that takes the customer's passkey. Once for an alert, however often this runs.
 */
export async function callPerson(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert: id, because } = readAlertJob(job, payloadShape)
  const { desk, database } = parts
  const stored = await alertStore.load(database, id)
  if (stored === undefined || desk === undefined) return over
  const [conversation, key, look] = await Promise.all([
    loadConversation(database, stored.conversation),
    parts.keystore.conversationKey(stored.conversation),
    findReference(parts, stored),
  ])
  if (conversation === undefined || conversation.customer !== stored.customer) return over
  const words = sayToDesk(conversation.language, because, { alert: id, reference: look.reference })
  const asked = {
    customer: stored.customer,
    conversation: stored.conversation,
    institution: stored.institution,
    message: uuidColumn<MessageId>().parse(id),
    question: seal(key.reveal(), Buffer.from(words, 'utf8'), handoverContext(stored.conversation)),
    deadlineSeconds: deadlineSeconds[because],
  }
  return {
    finish: async (tx) => {
      if (look.permit !== undefined) await recordNothing(parts, tx, look.permit)
      const opened = because === 'not-me' ? await desk.openCase(tx, { ...asked, kind: 'fraud' }) : undefined
      // The case's own place in the queue, where there is one; what it adds is whether anybody stands at the desk.
      const coming = await desk.askForPerson(tx, { ...asked, because: 'fraud', priority: 'urgent' })
      const answerBy = coming.isStaffed ? coming.answerBy : undefined
      await alertStore.noteCase(tx, id, { number: opened?.reference, answerBy })
    },
  }
}

type FoundReference = { readonly permit: Permit<'card-events'> | undefined; readonly reference: string }

async function findReference(parts: AlertParts, stored: StoredAlert): Promise<FoundReference> {
  const { customer, institution, conversation, events } = stored
  const permit = await openPermit(parts, { customer, institution, conversation, dataClass: 'card-events' })
  if (!permit.ok) return { permit: undefined, reference: '-' }
  const [use] = await parts.uses.read(permit.value, events.slice(0, 1))
  return { permit: permit.value, reference: use?.reference ?? '-' }
}

function recordNothing(parts: AlertParts, tx: Tx, permit: Permit<'card-events'>): Promise<unknown> {
  return recordDisclosure(parts, tx, permit, { level: 'nothing', place: 'messenger' })
}
