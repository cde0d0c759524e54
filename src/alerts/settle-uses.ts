import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { advanceAlert } from './advance-alert.ts'
import { alertStore } from './alert-store.ts'
import { labelStore } from './label-store.ts'

/** What the bank's people found of some uses of a customer's cards. `isFraud` undefined: that it cannot be told. */
export type SettledUses = {
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly events: readonly string[]
  readonly isFraud: boolean | undefined
}

/**
 * The people of the bank are through with these uses: questions about them that still wait are over, and what was found reaches the features as
 * labels of theirs, like any other. A freeze stays as it is. Login `parley_fraud`, in the caller's transaction.
 */
export async function settleUses(tx: Tx, { events, isFraud, ...whose }: SettledUses): Promise<void> {
  for (const event of events) {
    // Without a finding: each use is labelled below, once.
    for (const { alert } of await alertStore.lockOpenAbout(tx, { customer: whose.customer, event })) {
      await advanceAlert(tx, alert.id, { kind: 'closed', isFraud: undefined })
    }
  }
  if (isFraud === undefined) return
  const label = { ...whose, isFraud, informed: true, source: 'agent' } as const
  await labelStore.add(
    tx,
    events.map((event) => ({ ...label, event })),
  )
}
