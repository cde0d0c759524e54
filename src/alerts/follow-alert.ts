import { z } from 'zod'
import { conversations } from '../channels/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import { advanceAlert } from './advance-alert.ts'
import { alertPayload, over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import { isCardFrozen } from './is-card-frozen.ts'
import { quietUntil } from './quiet-hours.ts'
import { openPermit } from '../consent/index.ts'
import type { StoredAlert } from './alert-store.ts'
import { zoneOf } from './zone-of.ts'

const replyShape = alertPayload.extend({ says: z.enum(['not-me', 'it-was-me', 'not-sure']) })

/** An answer from a chat: never more than words of whoever holds the messenger account, so never with a passkey. */
export async function hearReply(_parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert, says } = readAlertJob(job, replyShape)
  return {
    finish: async (tx) => {
      await advanceAlert(tx, alert, says === 'it-was-me' ? { kind: says, withPasskey: false } : { kind: says })
    },
  }
}

const dueShape = alertPayload.extend({ at: z.string().regex(/^\d{1,16}$/) })

/** A timer went off. What it is about is asked of the bank and the clock first, where a question may follow. */
export async function followDue(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert: id, at } = readAlertJob(job, dueShape)
  const stored = await alertStore.load(parts.database, id)
  // Another timer took its place.
  if (stored === undefined || stored.alert.dueAt !== Number(at)) return over
  const now = await alertStore.now(parts.database)
  if (now < stored.alert.dueAt) return { againAfterMs: stored.alert.dueAt - now + 1 }
  const asks = stored.alert.state === 'waiting' || stored.alert.state === 'asked'
  const around = asks ? await lookAround(parts, stored) : { cardFrozen: false, quietUntil: undefined }
  return {
    finish: async (tx) => {
      await advanceAlert(tx, id, { kind: 'due', ...around })
    },
  }
}

async function lookAround(
  parts: AlertParts,
  stored: StoredAlert,
): Promise<{ readonly cardFrozen: boolean; readonly quietUntil: ReturnType<typeof quietUntil> }> {
  const { customer, institution, conversation, events } = stored
  const [where, zone, permit, now] = await Promise.all([
    conversations.load(parts.database, conversation),
    zoneOf(parts.database, customer, parts.timeZone),
    openPermit(parts, { customer, institution, conversation, dataClass: 'card-events' }),
    alertStore.now(parts.database),
  ])
  const [use] = permit.ok ? await parts.uses.read(permit.value, events.slice(0, 1)) : []
  const card = { customer, institution, conversation }
  return {
    cardFrozen: use === undefined ? false : await isCardFrozen(parts, { ...card, accountId: use.accountId }),
    quietUntil: stored.alert.declined
      ? undefined
      : quietUntil(now, { timeZone: zone, lastInboundAt: where?.lastInboundAt }),
  }
}
