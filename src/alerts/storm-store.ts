import { z } from 'zod'
import type { InstitutionId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** So many questions about one merchant within an hour are no chance: something was broken into there. */
export const stormFrom = 20

type Merchant = { readonly institution: InstitutionId; readonly merchantHash: Uint8Array }

/** One more question about a merchant. */
async function count(tx: Tx, { institution, merchantHash }: Merchant): Promise<void> {
  await tx.run(
    `INSERT INTO alerts.storm AS s (institution, merchant_hash, hour, questions)
     VALUES ($1, $2, date_trunc('hour', clock_timestamp(), 'UTC'), 1)
     ON CONFLICT (institution, merchant_hash, hour) DO UPDATE SET questions = s.questions + 1`,
    [institution, merchantHash],
  )
}

const row = z.object({ storms: z.boolean() })

/** Whether there were so many questions about a merchant in this hour and the last that it looks like a breach there. */
async function storms(tx: Tx, { institution, merchantHash }: Merchant): Promise<boolean> {
  const { storms: yes } = await tx.one(
    row,
    `SELECT coalesce(sum(s.questions), 0) >= $3 AS storms FROM alerts.storm s WHERE s.institution = $1 AND s.merchant_hash = $2
       AND s.hour > clock_timestamp() - interval '2 hours'`,
    [institution, merchantHash, stormFrom],
  )
  return yes
}

/** Forgets counts of the day before yesterday; gives how many. For a sweeper. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(`DELETE FROM alerts.storm WHERE hour < clock_timestamp() - interval '2 days'`)
}

/** How many questions one merchant gave rise to. Login `parley_fraud`. */
export const stormStore = { count, storms, sweep } as const
