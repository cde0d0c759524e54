import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { ConversationId, CustomerId } from '../kernel/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { advanceAlert } from './advance-alert.ts'
import { over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import { findToldWhere } from './find-told-where.ts'
import { fraudAlertId, newAlert } from './fraud-alert.ts'
import { receiptStore } from './receipt-store.ts'
import type { DueReceipt } from './receipt-store.ts'

const payloadShape = z.object({
  customer: uuidColumn<CustomerId>(),
  institution: z.string().refine(isInstitutionId),
})

/** Uses whose receipt is due: one message for each card, each with a "Not me" that means that card. */
export async function tellReceipts(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { customer, institution } = readAlertJob(job, payloadShape)
  const where = await findToldWhere(parts.database, { customer, institution })
  if (where === undefined) return over
  return {
    finish: async (tx) => {
      const due = await receiptStore.take(tx, customer, institution)
      for (const uses of byCard(due)) await begin(parts, tx, where.id, uses)
    },
  }
}

function byCard(due: readonly DueReceipt[]): readonly (readonly [DueReceipt, ...DueReceipt[]])[] {
  const cards = new Map<string, [DueReceipt, ...DueReceipt[]]>()
  for (const use of due) {
    const card = use.cardHash.toString('hex')
    const known = cards.get(card)
    if (known === undefined) cards.set(card, [use])
    else known.push(use)
  }
  return [...cards.values()]
}

async function begin(
  parts: AlertParts,
  tx: Tx,
  conversation: ConversationId,
  uses: readonly [DueReceipt, ...DueReceipt[]],
): Promise<void> {
  const [first] = uses
  const alert = newAlert({ id: fraudAlertId.parse(parts.random.uuid()), origin: 'receipt', declined: false })
  const { customer, institution, cardHash, merchantHash } = first
  const events = uses.map(({ event }) => event)
  const added = await alertStore.add(tx, { alert, customer, institution, conversation, events, cardHash, merchantHash })
  if (added) await advanceAlert(tx, alert.id, { kind: 'opened', cardFrozen: false, quietUntil: undefined })
}
