import { z } from 'zod'
import type { AlertsPort } from '../chat/index.ts'
import { addAlertJob } from './alert-job.ts'
import { fraudAlertId, isFraudAlertId } from './fraud-alert.ts'

const openRow = z.object({ alert: fraudAlertId })
const knownRow = z.object({ known: z.boolean() })

/** What the chat asks of alerts, in its own transaction, under its login `parley_answer`: it learns ids and hands answers on. */
export function createAlertsPort(): AlertsPort {
  return {
    async open(tx, conversation) {
      const rows = await tx.rows(openRow, 'SELECT alert FROM alerts.open_in($1)', [conversation])
      return rows.map(({ alert }) => alert)
    },
    async hear(tx, { conversation, alert, says }) {
      if (!isFraudAlertId(alert)) return false
      const { known } = await tx.one(knownRow, 'SELECT alerts.is_known($1, $2) AS known', [conversation, alert])
      if (known) await addAlertJob(tx, 'reply', alert, { payload: { says } })
      return known
    },
  }
}
