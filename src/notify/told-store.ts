import { z } from 'zod'
import type { CustomerId } from '../kernel/index.ts'
import { bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

const printRow = z.object({ fingerprint: bytesColumn })

/** Which of these facts were told before. */
async function listTold(tx: Tx, customer: CustomerId, prints: readonly Uint8Array[]): Promise<readonly Buffer[]> {
  const rows = await tx.rows(
    printRow,
    'SELECT fingerprint FROM notify.told WHERE customer = $1 AND fingerprint = ANY ($2::bytea[])',
    [customer, prints],
  )
  return rows.map(({ fingerprint }) => fingerprint)
}

/** Notes that these facts are told, in one message; gives those that were not told before. */
async function addTold(
  tx: Tx,
  customer: CustomerId,
  told: { readonly message: string; readonly prints: readonly Uint8Array[] },
): Promise<readonly Buffer[]> {
  const rows = await tx.rows(
    printRow,
    `INSERT INTO notify.told (customer, fingerprint, message) SELECT $1, f, $2 FROM unnest($3::bytea[]) f
     ON CONFLICT (customer, fingerprint) DO NOTHING RETURNING fingerprint`,
    [customer, told.message, told.prints],
  )
  return rows.map(({ fingerprint }) => fingerprint)
}

const countRow = z.object({ count: z.number() })

/** How many messages the customer got within a day. */
async function countMessages(tx: Tx, customer: CustomerId): Promise<number> {
  const row = await tx.one(
    countRow,
    `SELECT count(DISTINCT message)::integer AS count FROM notify.told
     WHERE customer = $1 AND told_at > clock_timestamp() - interval '1 day'`,
    [customer],
  )
  return row.count
}

/** Nothing that is told is older than a fortnight, so what was told two months ago cannot come again. */
const keptDays = 60
const sweptMax = 5_000

/** Forgets what was told long ago; gives how many. For a sweeper. */
function sweepTold(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM notify.told WHERE ctid = ANY (ARRAY(SELECT ctid FROM notify.told
       WHERE told_at < clock_timestamp() - interval '${keptDays} days' LIMIT ${sweptMax}))`,
  )
}

/** Facts that were told, by their fingerprints. Login `parley_notify`. */
export const told = { list: listTold, add: addTold, countMessages, sweep: sweepTold } as const
