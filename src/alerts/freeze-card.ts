import type { CardState } from '../banks/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { Permit } from '../consent/index.ts'
import type { DataClass } from '../kernel/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { advanceAlert } from './advance-alert.ts'
import { alertPayload, over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import type { FraudAlertId } from './fraud-alert.ts'

/** Between tries at a bank that does not answer: from the first to the longest, doubled each time. */
const pauseFirstMs = 1_000
const pauseLongestMs = 60_000
/** After so long without an answer of the bank it is said that it did not work; the case and the person are there from the start. */
const triesForMs = 24 * 3_600_000

/** The act's own key: it follows from the alert, so that a crash, a second worker and a second run are one act at the bank (P10). */
export function freezeKey(alert: FraudAlertId): string {
  return `fraud-alert-${alert}`
}

/** The bank is told to freeze the card, under a look of its own, outside any transaction; what became of it commits with the job's end. */
export async function freezeCard(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert: id } = readAlertJob(job, alertPayload)
  const stored = await alertStore.load(parts.database, id)
  if (stored === undefined || stored.alert.state !== 'protecting') return over
  const looks = await openLooks(parts, stored)
  if (looks === undefined) return impossible(parts, id)
  const frozen = await tellBank(parts, stored, looks)
  parts.count(`freeze-${frozen}`)
  if (frozen === 'no-answer' && parts.clock.now() - job.createdAt < triesForMs) {
    return { againAfterMs: Math.min(pauseFirstMs * 2 ** Math.min(job.attempt - 1, 10), pauseLongestMs) }
  }
  return {
    finish: async (tx) => {
      await record(parts, tx, [looks.events, looks.cards])
      await advanceAlert(tx, id, { kind: frozen === 'done' ? 'freeze-done' : 'freeze-impossible' })
    },
  }
}

type Looks = { readonly events: Permit<'card-events'>; readonly cards: Permit<'card-status'> }

/** Which card it was, and the leave to freeze it; undefined when nothing gives either any more. */
async function openLooks(parts: AlertParts, stored: StoredAlert): Promise<Looks | undefined> {
  const { customer, institution, conversation } = stored
  const look = { customer, institution, conversation }
  const [events, cards] = await Promise.all([
    openPermit(parts, { ...look, dataClass: 'card-events' }),
    openPermit(parts, { ...look, dataClass: 'card-status' }, 'bank-token'),
  ])
  return events.ok && cards.ok ? { events: events.value, cards: cards.value } : undefined
}

async function tellBank(
  parts: AlertParts,
  { alert, events }: StoredAlert,
  looks: Looks,
): Promise<'done' | 'refused' | 'no-answer'> {
  const [use] = await parts.uses.read(looks.events, events.slice(0, 1))
  if (use === undefined) return 'refused'
  const act = {
    accountId: use.accountId,
    to: 'frozen' satisfies CardState['status'],
    key: freezeKey(alert.id),
  } as const
  const changed = await parts.bank.changeCard(looks.cards, act)
  // A card that the bank calls past freezing is one that nobody can pay with.
  if (changed.ok || changed.code === 'banks/conflict') return 'done'
  parts.logger.warn('alerts.not-frozen', { code: changed.code, attempt: 1 })
  return changed.code === 'banks/consent-ended' || changed.code === 'banks/link-expired' ? 'refused' : 'no-answer'
}

function impossible(parts: AlertParts, id: FraudAlertId): JobOutcome {
  parts.count('freeze-no-leave')
  return {
    finish: async (tx) => {
      await advanceAlert(tx, id, { kind: 'freeze-impossible' })
    },
  }
}

/** Nothing of these looks goes anywhere. */
async function record(parts: AlertParts, tx: Tx, permits: readonly Permit<DataClass>[]): Promise<void> {
  for (const permit of permits) await recordDisclosure(parts, tx, permit, { level: 'nothing', place: 'messenger' })
}
