import { z } from 'zod'
import type { Conversation } from '../channels/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { isInstitutionId, isUuid } from '../kernel/index.ts'
import type { CustomerId, Instant } from '../kernel/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import { advanceAlert } from './advance-alert.ts'
import { findToldWhere } from './find-told-where.ts'
import { fraudAlertId, newAlert } from './fraud-alert.ts'
import { hashNames } from './hash-names.ts'
import { isCardFrozen } from './is-card-frozen.ts'
import { quietUntil } from './quiet-hours.ts'
import { planReceipt } from './plan-receipt.ts'
import { receiptStore } from './receipt-store.ts'
import type { DecidedUse, SeenUse } from './seen-use.ts'
import { stormStore } from './storm-store.ts'
import { zoneOf } from './zone-of.ts'

/** The job that follows a card event; the bank's module adds it in the transaction that stores the event. */
export const cardEventJob = 'alerts.card-event'

const payloadShape = z.object({
  customer: uuidColumn<CustomerId>(),
  institution: z.string().refine(isInstitutionId),
  event: z.string().refine(isUuid),
})

/** Questions that wait for one customer at once; further ones join the newest, so that nobody drowns in them. */
const openMax = 3

/**
 * A use of a card was taken in and decided: its customer is asked, or told with the next receipt, or nothing follows. Safe to run twice:
 * a use begins one alert.
 */
export async function takeUse(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const name = readAlertJob(job, payloadShape)
  const decided = await parts.uses.recall(name)
  // What was reserved before is only settled, and money that comes back is nobody's theft.
  if (decided === undefined || !['authorization', 'advice'].includes(decided.use.kind)) return over
  const where = await findToldWhere(parts.database, name)
  if (where === undefined) return over
  parts.count(decided.decision.ask ? 'suspicious' : 'plain')
  return decided.decision.ask ? ask(parts, decided, where) : noteReceipt(parts, decided.use)
}

async function noteReceipt(parts: AlertParts, use: SeenUse): Promise<JobOutcome> {
  const zone = await zoneOf(parts.database, use.customer, parts.timeZone)
  const [wish, now] = await Promise.all([
    receiptStore.wish(parts.database, use.customer),
    alertStore.now(parts.database),
  ])
  const due = planReceipt(wish, now, zone)
  if (due === undefined) return over
  const { card, merchant } = hashesOf(parts, use)
  return {
    finish: (tx) => receiptStore.add(tx, { ...use, event: use.id, cardHash: card, merchantHash: merchant, due, now }),
  }
}

async function ask(parts: AlertParts, { use, decision }: DecidedUse, where: Conversation): Promise<JobOutcome> {
  const begun = await alertStore.findByEvent(parts.database, use.id)
  if (begun !== undefined) return over
  const [cardFrozen, zone] = await Promise.all([
    isCardFrozen(parts, { ...use, conversation: where.id }),
    zoneOf(parts.database, use.customer, parts.timeZone),
  ])
  const declined = decision.verdict === 'decline' || use.outcome === 'declined'
  return {
    finish: async (tx) => {
      if (await joins(parts, tx, use)) return parts.count('joined')
      const now = await alertStore.now(tx)
      const until = quietUntil(now, { timeZone: zone, lastInboundAt: where.lastInboundAt })
      await begin(parts, tx, { use, where, declined, cardFrozen, until })
    },
  }
}

/** A further use of a card whose customer is being asked, at the same shop or beside too many questions: it is the same matter. */
async function joins(parts: AlertParts, tx: Tx, use: SeenUse): Promise<boolean> {
  const { card, merchant } = hashesOf(parts, use)
  const current = await alertStore.listCurrent(tx, use.customer, use.institution)
  const ofCard = current.filter(({ cardHash }) => card.equals(cardHash))
  const same =
    ofCard.find(({ merchantHash, alert }) => merchant.equals(merchantHash) || alert.state === 'protecting') ??
    (current.length >= openMax ? ofCard[0] : undefined)
  if (same === undefined) return false
  await alertStore.addEvent(tx, same.alert.id, use.id)
  return true
}

type Begun = {
  readonly use: SeenUse
  readonly where: Conversation
  readonly declined: boolean
  readonly cardFrozen: boolean
  readonly until: Instant | undefined
}

async function begin(parts: AlertParts, tx: Tx, { use, where, declined, cardFrozen, until }: Begun): Promise<void> {
  const { card, merchant } = hashesOf(parts, use)
  const alert = newAlert({ id: fraudAlertId.parse(parts.random.uuid()), origin: 'question', declined })
  const added = await alertStore.add(tx, {
    alert,
    customer: use.customer,
    institution: use.institution,
    conversation: where.id,
    events: [use.id],
    cardHash: card,
    merchantHash: merchant,
  })
  if (!added) return
  await stormStore.count(tx, { institution: use.institution, merchantHash: merchant })
  const opened = await advanceAlert(tx, alert.id, { kind: 'opened', cardFrozen, quietUntil: until })
  parts.count(opened?.state ?? 'gone')
}

function hashesOf(parts: AlertParts, use: SeenUse): { readonly card: Buffer; readonly merchant: Buffer } {
  return { card: hashNames.card(parts.hashKey, use), merchant: hashNames.merchant(parts.hashKey, use) }
}
