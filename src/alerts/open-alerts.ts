import { loadInstitution } from '../banks/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import { advanceAlert } from './advance-alert.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { listBeside } from './mark-more.ts'
import type { SeenUse } from './seen-use.ts'

/** An alert as its page shows it. `uses` undefined: there is no leave any more, so the payment stays closed. */
export type OpenedAlert = {
  readonly stored: StoredAlert
  readonly bank: string
  readonly uses: readonly SeenUse[] | undefined
  /** Other uses of the card that may be marked too, after "not me". */
  readonly beside: readonly SeenUse[]
  /** The log's signed promise that this look stands in it. */
  readonly promise: string | undefined
}

/** Payments shown of one alert; the bank's own page has the rest. */
const shownMax = 10

/**
 * Opens alerts for the customer whose passkey was just verified (by the caller): one look for each bank and conversation, on record before
 * anything is shown. From then on their answers are those of somebody who has seen what it is about.
 */
export async function openAlerts(
  parts: AlertParts,
  customer: CustomerId,
  alerts: readonly StoredAlert[],
): Promise<readonly OpenedAlert[]> {
  const groups = new Map<string, StoredAlert[]>()
  for (const alert of alerts.filter((each) => each.customer === customer)) {
    const key = `${alert.institution}|${alert.conversation}`
    groups.set(key, [...(groups.get(key) ?? []), alert])
  }
  const opened = await Promise.all([...groups.values()].map((group) => openGroup(parts, group)))
  const byId = new Map(opened.flat().map((each) => [each.stored.alert.id, each]))
  return alerts.flatMap(({ alert }) => byId.get(alert.id) ?? [])
}

async function openGroup(parts: AlertParts, group: readonly StoredAlert[]): Promise<readonly OpenedAlert[]> {
  const [first] = group
  if (first === undefined) return []
  const { customer, institution, conversation } = first
  const [permit, known] = await Promise.all([
    openPermit(parts, { customer, institution, conversation, dataClass: 'card-events' }),
    loadInstitution(parts.database, institution),
  ])
  const bank = known?.name ?? institution
  const closed = group.map((stored): OpenedAlert => ({ stored, bank, uses: undefined, beside: [], promise: undefined }))
  if (!permit.ok) return closed
  const beside = await Promise.all(group.map((stored) => listBeside(parts.database, stored)))
  const ids = [...new Set([...group.flatMap(({ events }) => events.slice(0, shownMax)), ...beside.flat()])]
  const uses = await parts.uses.read(permit.value, ids)
  const shown = await parts.database.transaction(async (tx) => {
    const recorded = await recordDisclosure(parts, tx, permit.value, { level: 'full', place: 'sealed-page' })
    if (!recorded.ok) return false
    for (const { alert } of group) await advanceAlert(tx, alert.id, { kind: 'details-shown' })
    return true
  })
  if (!shown) return closed
  const named = (events: readonly string[]) => events.flatMap((id) => uses.filter((use) => use.id === id))
  return group.map((stored, at) => ({
    stored,
    bank,
    uses: named(stored.events),
    beside: named(beside[at] ?? []),
    promise: permit.value.promise,
  }))
}

/** What a customer's page lists: what still waits, and what became of the rest. */
export function listAlerts(parts: AlertParts, customer: CustomerId): Promise<readonly StoredAlert[]> {
  return alertStore.listOf(parts.database, customer)
}
