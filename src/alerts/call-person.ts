import { z } from 'zod'
import { conversations } from '../channels/index.ts'
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
import type { SeenUse } from './seen-use.ts'

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
    conversations.load(database, stored.conversation),
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
      const opened = because === 'not-me' ? await desk.openCase(tx, { ...asked, kind: 'fraud' }) : undefined
      const step =
        opened === undefined ? undefined : await attach(parts, tx, { stored, number: opened.reference, look })
      if (look.permit !== undefined) await recordSaid(parts, tx, look.permit, step)
      // The case's own place in the queue, where there is one; what it adds is whether anybody stands at the desk.
      const coming = await desk.askForPerson(tx, { ...asked, because: 'fraud', priority: 'urgent' })
      const answerBy = coming.isStaffed ? coming.answerBy : undefined
      await alertStore.noteCase(tx, id, { number: opened?.reference, answerBy })
    },
  }
}

type FoundReference = {
  readonly permit: Permit<'card-events'> | undefined
  readonly reference: string
  readonly uses: readonly SeenUse[]
}

async function findReference(parts: AlertParts, stored: StoredAlert): Promise<FoundReference> {
  const { customer, institution, conversation, events } = stored
  const permit = await openPermit(parts, { customer, institution, conversation, dataClass: 'card-events' })
  if (!permit.ok) return { permit: undefined, reference: '-', uses: [] }
  const uses = await parts.uses.read(permit.value, events)
  return { permit: permit.value, reference: uses.find(({ id }) => id === events[0])?.reference ?? '-', uses }
}

/** What the case is about, for whoever decides it: which uses, whose terminal, and how much as a step. `step`: such a step was told. */
async function attach(
  { cases }: AlertParts,
  tx: Tx,
  { stored, number, look }: { readonly stored: StoredAlert; readonly number: string; readonly look: FoundReference },
): Promise<'step' | undefined> {
  if (cases === undefined) return undefined
  const { customer, events, merchantHash, alert } = stored
  const amounts = look.uses.map(({ amount }) => amount)
  await cases.attach(tx, { customer, number, alert: alert.id, events, merchantHash, amounts })
  return amounts.length === 0 ? undefined : 'step'
}

/** The desk reads the bank's own name of the payment; the people who decide cases also about how much it is. */
function recordSaid(
  parts: AlertParts,
  tx: Tx,
  permit: Permit<'card-events'>,
  step: 'step' | undefined,
): Promise<unknown> {
  return step === undefined
    ? recordDisclosure(parts, tx, permit, { level: 'nothing', place: 'messenger' })
    : recordDisclosure(parts, tx, permit, { level: 'rounded', place: 'agent-desk' })
}
