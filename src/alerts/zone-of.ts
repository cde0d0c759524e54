import { z } from 'zod'
import type { CustomerId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

const row = z.object({ zone: z.string().nullable() })

/** The time zone (IANA) of a customer's own browser, where one said it; else `bank`, the bank's. */
export async function zoneOf(tx: Tx, customer: CustomerId, bank: string): Promise<string> {
  const { zone } = await tx.one(row, 'SELECT alerts.zone_of($1) AS zone', [customer])
  return zone ?? bank
}
