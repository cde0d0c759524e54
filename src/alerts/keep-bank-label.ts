import type { BankLabel } from '../banks/index.ts'
import { sqlState } from '../platform/index.ts'
import type { Database, Tx } from '../platform/index.ts'
import { advanceAlert } from './advance-alert.ts'
import { alertStore } from './alert-store.ts'
import { labelStore } from './label-store.ts'

/**
 * Keeps what a bank found out about a use, once however often it is said; where it changes its mind, the later word is a further row.
 * If it says fraud while the customer is being asked about that use, the question is over: "Not me" still protects after it, and "It was
 * me" opens nothing any more. `no-leave`: the row policy refused, for the leave ended. Login `parley_fraud`.
 */
export async function keepBankLabel(database: Database, label: BankLabel): Promise<'kept' | 'no-leave'> {
  try {
    await database.transaction((tx) => keep(tx, label))
    return 'kept'
  } catch (fault) {
    if (sqlState(fault) === '42501') return 'no-leave'
    throw fault
  }
}

async function keep(tx: Tx, label: BankLabel): Promise<void> {
  const before = await labelStore.lockBankWord(tx, label)
  // The bank knows the use as it was.
  if (before !== label.isFraud) await labelStore.add(tx, [{ ...label, informed: true, source: 'bank' }])
  if (!label.isFraud) return
  for (const { alert } of await alertStore.lockOpenAbout(tx, label)) {
    // Without a finding: the bank's own label stands already, and of the one use that it is about.
    await advanceAlert(tx, alert.id, { kind: 'closed', isFraud: undefined })
  }
}
