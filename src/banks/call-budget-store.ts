import type { CustomerId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Institution } from './institutions-store.ts'

/**
 * Counts one call to a bank for a customer, today (UTC). False: the day's budget is used up, and nothing was counted.
 * One statement, so that two processes cannot both take the last call. A bank without a budget is not counted.
 */
export async function countCall(tx: Tx, customer: CustomerId, institution: Institution): Promise<boolean> {
  if (institution.callsPerDay === 0) return true
  const counted = await tx.run(
    `INSERT INTO institutions.call_count AS c (customer, institution, day, calls)
     VALUES ($1, $2, (clock_timestamp() AT TIME ZONE 'UTC')::date, 1)
     ON CONFLICT (customer, institution, day) DO UPDATE SET calls = c.calls + 1 WHERE c.calls < $3`,
    [customer, institution.id, institution.callsPerDay],
  )
  return counted === 1
}

/** Counts of days past are never read; a month of them is enough to see how budgets are used. */
const keptDays = 35
const sweptMax = 5_000

/** Forgets counts of long ago; gives back how many. For a sweeper. */
export function sweepCallCounts(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM institutions.call_count WHERE (customer, institution, day) IN (
       SELECT customer, institution, day FROM institutions.call_count
       WHERE day < (clock_timestamp() AT TIME ZONE 'UTC')::date - $1::integer ORDER BY day LIMIT $2)`,
    [keptDays, sweptMax],
  )
}
