import { unreachable } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { pushRoutes } from '../push/index.ts'
import { addAlertJob } from './alert-job.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import type { AlertEffect, AlertEvent, FraudAlert, FraudAlertId } from './fraud-alert.ts'
import { labelStore } from './label-store.ts'
import { noteResponse } from './note-response.ts'
import { stepAlert } from './step-alert.ts'

/** An event without its time: the database's, at the moment at which the alert is locked. */
export type NewsOfAlert = AlertEvent extends infer Event
  ? Event extends AlertEvent
    ? Omit<Event, 'at'>
    : never
  : never

/**
 * Something happened: the alert is locked, one decision is made, and what follows commits with it: the new state, labels, and a job for
 * everything that needs the outside. Nothing here calls anybody. Undefined: the alert is forgotten.
 */
export async function advanceAlert(tx: Tx, id: FraudAlertId, news: NewsOfAlert): Promise<FraudAlert | undefined> {
  const stored = await alertStore.lock(tx, id)
  if (stored === undefined) return undefined
  return await apply(tx, stored, news)
}

async function apply(tx: Tx, stored: StoredAlert, news: NewsOfAlert): Promise<FraudAlert> {
  const at = await alertStore.now(tx)
  const event: AlertEvent = { ...news, at }
  const { alert, effects } = stepAlert(stored.alert, event)
  await alertStore.save(tx, alert)
  await noteResponse(tx, stored, event, alert)
  for (const effect of effects) await perform(tx, stored, effect)
  if (alert.dueAt !== undefined && alert.dueAt !== stored.alert.dueAt) {
    await addAlertJob(tx, 'due', id(stored), {
      payload: { at: String(alert.dueAt) },
      delayMs: Math.max(0, alert.dueAt - at),
    })
  }
  return alert
}

const id = ({ alert }: StoredAlert): FraudAlertId => alert.id

async function perform(tx: Tx, stored: StoredAlert, effect: AlertEffect): Promise<void> {
  switch (effect.do) {
    case 'ask':
    case 'remind':
      await addAlertJob(tx, 'ask', id(stored), { payload: { again: effect.do === 'remind' ? 'yes' : 'no' } })
      return tellBrowsers(tx, stored)
    case 'receipt':
      return addAlertJob(tx, 'receipt', id(stored))
    case 'freeze':
      return addAlertJob(tx, 'freeze', id(stored))
    case 'open-case':
      // With the person who is asked for in the same step: one job does both, so that one case has one place in the queue.
      return undefined
    case 'call-person':
      return addAlertJob(tx, 'person', id(stored), { payload: { because: effect.because } })
    case 'draft-dispute':
      return alertStore.noteDraft(tx, id(stored))
    case 'label':
      return labelStore.add(tx, labelsOf(stored, effect))
    case 'close-question':
      return alertStore.withdraw(tx, stored)
    case 'cover-others':
      return coverOthers(tx, stored)
    case 'tell':
      return addAlertJob(tx, 'tell', id(stored), { payload: { what: effect.what } })
    default:
      return unreachable(effect)
  }
}

/** The second way to a customer, beside the chat and not after it: each of their browsers says that something waits. */
async function tellBrowsers(tx: Tx, stored: StoredAlert): Promise<void> {
  for (const route of await pushRoutes.listFor(tx, stored.conversation)) {
    await addAlertJob(tx, 'push', id(stored), { payload: { route } })
  }
}

/** What the customer said is said of every use that the alert is about. */
function labelsOf(
  { customer, institution, events }: StoredAlert,
  { isFraud, informed, source }: Extract<AlertEffect, { do: 'label' }>,
): Parameters<typeof labelStore.add>[1] {
  return events.map((event) => ({ event, customer, institution, isFraud, informed, source }))
}

async function coverOthers(tx: Tx, stored: StoredAlert): Promise<void> {
  const { customer, cardHash } = stored
  for (const other of await alertStore.lockUnanswered(tx, { customer, cardHash, not: id(stored) })) {
    await apply(tx, other, { kind: 'card-frozen' })
  }
}
