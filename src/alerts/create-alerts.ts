import type { JobHandler, Metrics } from '../platform/index.ts'
import { alertJobs } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import { askCustomer, sendReceipt } from './ask-customer.ts'
import { callPerson } from './call-person.ts'
import { followDue, hearReply } from './follow-alert.ts'
import { freezeCard } from './freeze-card.ts'
import { labelStore } from './label-store.ts'
import { merchantStore } from './merchant-store.ts'
import { pushQuestion } from './push-question.ts'
import { receiptStore, receiptsJob } from './receipt-store.ts'
import { stormStore } from './storm-store.ts'
import { cardEventJob, takeUse } from './take-use.ts'
import { tellOutcome } from './tell-outcome.ts'
import { tellReceipts } from './tell-receipts.ts'
import { trialStore } from './trial-store.ts'

/** What alerts are built from; login `parley_fraud` and the keystore's client of the caller `fraud`. */
export type AlertsDeps = Omit<AlertParts, 'count'> & { readonly metrics: Metrics }

/** Questions about card use, and what follows from their answers. docs/warn.md tells the flow. */
export type Alerts = {
  /** For a job runner of login `parley_fraud`. */
  readonly handlers: Readonly<Record<string, JobHandler>>
  /** The same, for a runner of its own: a push service that is slow takes no place from a question. */
  readonly pushHandlers: Readonly<Record<string, JobHandler>>
  /** Forgets what is over; gives how much. For a sweeper. */
  sweep(): Promise<number>
  /** For the pages. */
  readonly parts: AlertParts
}

/** Builds the module. */
export function createAlerts({ metrics, ...deps }: AlertsDeps): Alerts {
  const outcomes = metrics.counter({
    name: 'parley_fraud_alerts_total',
    help: 'Uses of cards, questions about them and freezes, by what became of them.',
    labels: ['outcome'],
  })
  const parts: AlertParts = { ...deps, count: (outcome) => outcomes.add(1, { outcome }) }
  return {
    parts,
    handlers: {
      [cardEventJob]: (job) => takeUse(parts, job),
      [alertJobs.ask]: (job) => askCustomer(parts, job),
      [alertJobs.freeze]: (job) => freezeCard(parts, job),
      [alertJobs.person]: (job) => callPerson(parts, job),
      [alertJobs.tell]: (job) => tellOutcome(parts, job),
      [alertJobs.due]: (job) => followDue(parts, job),
      [alertJobs.reply]: (job) => hearReply(parts, job),
      [alertJobs.receipt]: (job) => sendReceipt(parts, job),
      [receiptsJob]: (job) => tellReceipts(parts, job),
    },
    pushHandlers: { [alertJobs.push]: (job) => pushQuestion(parts, job) },
    async sweep() {
      const sweeps = [
        alertStore.sweep,
        labelStore.sweep,
        receiptStore.sweep,
        stormStore.sweep,
        merchantStore.sweep,
        trialStore.sweep,
      ]
      const counts = await Promise.all(sweeps.map((sweep) => sweep(deps.database)))
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}
