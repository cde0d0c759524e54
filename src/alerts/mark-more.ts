import { z } from 'zod'
import type { Tx } from '../platform/index.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { labelStore } from './label-store.ts'

/** Uses offered beside an alert; the bank's own page has the rest. */
const besideMax = 10

/**
 * Other uses of the card of the last three days, of which nobody has said anything: those that were asked or are told of. The newest first.
 * None before "not me": until then nothing is wrong with the card.
 */
export async function listBeside(tx: Tx, stored: StoredAlert): Promise<readonly string[]> {
  if (stored.alert.verdict !== 'fraud') return []
  const rows = await tx.rows(
    z.object({ event: z.string() }),
    `SELECT e.event::text FROM (
       SELECT unnest(a.events) AS event, a.opened_at AS at FROM alerts.fraud_alert a
       WHERE a.customer = $1 AND a.institution = $2 AND a.card_hash = $3
       UNION ALL
       SELECT r.event, r.added_at FROM alerts.receipt r WHERE r.customer = $1 AND r.institution = $2 AND r.card_hash = $3) e
     WHERE e.at > clock_timestamp() - interval '3 days' AND NOT e.event = ANY ($4::uuid[])
       AND NOT EXISTS (SELECT FROM alerts.label l WHERE l.customer = $1 AND l.event = e.event)
     GROUP BY e.event ORDER BY max(e.at) DESC LIMIT ${besideMax}`,
    [stored.customer, stored.institution, stored.cardHash, stored.events],
  )
  return rows.map(({ event }) => event)
}

/**
 * Marks further uses as not the customer's, by whoever has just been shown them behind the passkey: each gets its label and belongs to the alert
 * from then on. What was not offered is left alone. Gives how many.
 */
export async function markMore(
  parts: Pick<AlertParts, 'database' | 'count'>,
  { alert }: StoredAlert,
  chosen: readonly string[],
): Promise<number> {
  return await parts.database.transaction(async (tx) => {
    const stored = await alertStore.lock(tx, alert.id)
    if (stored === undefined) return 0
    const events = (await listBeside(tx, stored)).filter((event) => chosen.includes(event))
    const { customer, institution } = stored
    await labelStore.add(
      tx,
      events.map((event) => ({ event, customer, institution, isFraud: true, informed: true, source: 'customer' })),
    )
    for (const event of events) await alertStore.addSeenEvent(tx, alert.id, event)
    if (events.length > 0) parts.count('marked-more')
    return events.length
  })
}
