import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { CustomerId, InstitutionId, Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** A customer's bank that is watched. */
export type Watched = { readonly customer: CustomerId; readonly institution: InstitutionId }

/** One whose turn it is, by the database's clock. `timeZone`: the customer's, where it is known. */
export type DueTurn = Watched & { readonly timeZone: string | undefined; readonly now: Instant }

const dueRow = z
  .object({
    customer: uuidColumn<CustomerId>(),
    institution: z.string().refine(isInstitutionId),
    time_zone: z.string().nullable(),
    now: instantColumn,
  })
  .transform(({ time_zone, ...row }): DueTurn => ({ ...row, timeZone: time_zone ?? undefined }))

/** Whose turn it is; theirs alone until the transaction ends. What nobody wants any more is forgotten on the way. */
function listDue(tx: Tx, limit: number): Promise<readonly DueTurn[]> {
  return tx.rows(dueRow, 'SELECT customer, institution, time_zone, now FROM notify.due($1)', [limit])
}

/** Takes a turn; false when it is not due, whatever was thought. The next is a day away at least. */
async function take(tx: Tx, { customer, institution }: Watched, next: Instant): Promise<boolean> {
  const row = await tx.one(z.object({ taken: z.boolean() }), 'SELECT notify.take($1, $2, $3) AS taken', [
    customer,
    institution,
    new Date(next).toISOString(),
  ])
  return row.taken
}

/** The turn comes later. */
async function putOff(tx: Tx, { customer, institution }: Watched, until: Instant): Promise<void> {
  await tx.run('SELECT notify.put_off($1, $2, $3)', [customer, institution, new Date(until).toISOString()])
}

const sinceRow = z.object({ began_at: instantColumn, time_zone: z.string().nullable() })

/** Since when this is watched; undefined: it is not. */
async function since(
  tx: Tx,
  { customer, institution }: Watched,
): Promise<{ readonly began: Instant; readonly timeZone: string | undefined } | undefined> {
  const row = await tx.maybe(sinceRow, 'SELECT began_at, time_zone FROM notify.since($1, $2)', [customer, institution])
  return row === undefined ? undefined : { began: row.began_at, timeZone: row.time_zone ?? undefined }
}

/** The zone of the browser that just opened a notice: quiet hours go by it. */
async function noteZone(tx: Tx, customer: CustomerId, timeZone: string): Promise<void> {
  await tx.run('SELECT notify.note_zone($1, $2)', [customer, timeZone])
}

/** Whose bank is looked at, and when. Login `parley_notify`; the table itself is out of its reach. */
export const watches = { listDue, take, putOff, since, noteZone } as const
