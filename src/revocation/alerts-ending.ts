import { endings } from '../consent/index.ts'
import type { AlertsEndingId } from '../consent/index.ts'
import { Fault } from '../kernel/index.ts'
import type { ConversationId, Instant } from '../kernel/index.ts'
import { addNotice } from '../notices/index.ts'
import { addJobs } from '../platform/index.ts'
import type { Job, JobHandler, JobOutcome, Tx } from '../platform/index.ts'

/** Tells that fraud alerts will end soon; payload `{ ending }`. */
const warnJob = 'revocation.alerts-warn'
/** Ends them; payload `{ ending }`. The database lets it happen only after the day. */
const endJob = 'revocation.alerts-end'

const hourMs = 3_600_000
/** From the words to the end. The database counts it itself; here it only says when to try. */
const waitHours = 24
/** The notice before the end: late enough to matter, early enough to be read by day somewhere. */
const warnBeforeHours = 3

/** What the chat is to say: when they end, and whether this very message began the day. */
export type AskedEnd = { readonly endsAt: Instant; readonly isNew: boolean }

/**
 * Somebody asked in a chat for the fraud alerts to end. They go on for a day; every conversation of the customer hears of it at
 * once and again before the end, and each can keep them with a word or a tap. In the caller's transaction; login
 * `parley_answer`. Undefined: this conversation has no fraud alerts.
 */
export async function askAlertsEnd(tx: Tx, conversation: ConversationId): Promise<AskedEnd | undefined> {
  const asked = await endings.alerts.ask(tx, conversation)
  if (asked === undefined) return undefined
  const { id, customer, endsAt, isNew } = asked
  if (isNew) {
    await addNotice(tx, { customer, kind: 'alertsEnding', params: { time: String(endsAt) }, except: conversation })
    await addJobs(tx, [
      timer(warnJob, id, (waitHours - warnBeforeHours) * hourMs),
      timer(endJob, id, waitHours * hourMs),
    ])
  }
  return { endsAt, isNew }
}

function timer(kind: string, ending: AlertsEndingId, delayMs: number): Parameters<typeof addJobs>[1][number] {
  return { kind, key: `${kind}:${ending}`, payload: { ending }, delayMs, priority: 0 }
}

/** Handlers of these timers, for the runner of login `parley_revoker`. */
export const alertsEndingJobs: Readonly<Record<string, JobHandler>> = { [warnJob]: warnOfEnd, [endJob]: endAlerts }

async function warnOfEnd(job: Job): Promise<JobOutcome> {
  const id = endingOf(job)
  return {
    async finish(tx) {
      const warned = await endings.alerts.warn(tx, id, warnBeforeHours)
      if (warned === undefined) return
      const { customer, endsAt } = warned
      await addNotice(tx, { customer, kind: 'alertsEndingSoon', params: { time: String(endsAt) } })
    },
  }
}

async function endAlerts(job: Job): Promise<JobOutcome> {
  const id = endingOf(job)
  return {
    async finish(tx) {
      const ended = await endings.alerts.end(tx, id)
      const [first] = ended
      if (first !== undefined) await addNotice(tx, { customer: first.customer, kind: 'alertsEnded' })
    },
  }
}

function endingOf(job: Job): AlertsEndingId {
  const ending = endings.alerts.idColumn.safeParse(job.payload['ending'])
  if (!ending.success) throw new Fault('revocation/job-malformed', { retry: 'never' })
  return ending.data
}
