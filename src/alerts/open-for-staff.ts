import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { ConversationId, CustomerId, InstitutionId } from '../kernel/index.ts'
import type { AlertParts } from './alert-parts.ts'
import type { SeenUse } from './seen-use.ts'

/** Whose uses of cards somebody of the bank opens for a case, and which. */
export type UsesForStaff = {
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly conversation: ConversationId
  readonly events: readonly string[]
}

/** Uses that one page shows. */
const shownMax = 50

/**
 * Opens the uses of cards behind a case for somebody of the bank, under the customer's own leave for fraud alerts: a look of its own, on record before
 * anything is read, and again with where it went. Undefined: that leave is over, and the uses stay closed.
 */
export async function openUsesForStaff(
  parts: AlertParts,
  { events, ...whose }: UsesForStaff,
): Promise<readonly SeenUse[] | undefined> {
  const permit = await openPermit(parts, { ...whose, dataClass: 'card-events' })
  if (!permit.ok) return undefined
  const uses = await parts.uses.read(permit.value, events.slice(0, shownMax))
  const told = await parts.database.transaction((tx) =>
    recordDisclosure(parts, tx, permit.value, { level: 'full', place: 'agent-desk' }),
  )
  return told.ok ? uses : undefined
}
