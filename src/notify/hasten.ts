import { z } from 'zod'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** The job that takes turns at once rather than with the next minute's round. */
export const turnsJob = 'notify.turns'

const countRow = z.object({ count: z.number() })

/**
 * A bank says that there is something new for these customers: those who want notices are looked for sooner (the database says how
 * often a day). Login `parley_consent`, in the transaction that takes the bank's word.
 */
export async function hasten(tx: Tx, institution: InstitutionId, customers: readonly CustomerId[]): Promise<void> {
  const { count } = await tx.one(countRow, 'SELECT notify.hasten($1, $2::uuid[]) AS count', [institution, customers])
  if (count > 0) await addJob(tx, { kind: turnsJob, key: `notify-turns:${institution}`, payload: {}, priority: 2 })
}
