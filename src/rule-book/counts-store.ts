import { z } from 'zod'
import type { ShadowCount } from '../fraud/index.ts'
import { bigintColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** What a set has come to on a day, on one line of its account. */
export type CountedLine = Omit<ShadowCount, 'set' | 'line'> & { readonly line: string }

/** Counts are written in parts of this many rows. */
const countsAtOnce = 1_000

/** Adds what a shadow counted to what is kept; of a set that is neither live nor in shadow nothing is kept. Login `parley_fraud`. */
export async function addCounts(tx: Tx, counts: readonly ShadowCount[]): Promise<void> {
  for (let from = 0; from < counts.length; from += countsAtOnce) {
    const part = counts.slice(from, from + countsAtOnce).map(({ set, fraudMinor, ...rest }) => {
      return { rule_set: set, fraud_minor: fraudMinor, ...rest }
    })
    await tx.run('SELECT rules.add_counts($1::jsonb)', [JSON.stringify(part)])
  }
}

/** What a version has come to in shadow and live, day by day. Login `parley_console`. */
export async function listCounts(tx: Tx, session: Uint8Array, version: string): Promise<readonly CountedLine[]> {
  const rows = await tx.rows(
    z.object({
      day: z.number(),
      line: z.string(),
      uses: bigintColumn,
      customers: bigintColumn,
      frauds: bigintColumn,
      fraud_minor: bigintColumn,
      genuine: bigintColumn,
    }),
    `SELECT day - date '1970-01-01' AS day, line, uses, customers, frauds, fraud_minor, genuine FROM rules.counts($1, $2)`,
    [session, version],
  )
  return rows.map((row) => ({
    day: row.day,
    line: row.line,
    uses: Number(row.uses),
    customers: Number(row.customers),
    frauds: Number(row.frauds),
    fraudMinor: Number(row.fraud_minor),
    genuine: Number(row.genuine),
  }))
}
