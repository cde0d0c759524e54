import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { CustomerId, InstitutionId, Instant } from '../kernel/index.ts'
import { addJob, bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { type ReceiptWish, receiptWishes } from './plan-receipt.ts'

/** The job that tells of a customer's uses that are due; key `alert-receipts:` and the customer. */
export const receiptsJob = 'alerts.receipts'

/** A use that will be told of. */
export type NewReceipt = {
  readonly event: string
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly cardHash: Uint8Array
  readonly merchantHash: Uint8Array
  readonly due: Instant
  readonly now: Instant
}

/** Keeps a use for the next receipt, once, with the job that sends it. Only while there is leave: else the row policy refuses (42501). */
async function add(tx: Tx, receipt: NewReceipt): Promise<void> {
  const { customer, institution, due, now } = receipt
  const added = await tx.run(
    `INSERT INTO alerts.receipt (event, customer, institution, card_hash, merchant_hash, due_at)
     VALUES ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000)) ON CONFLICT DO NOTHING`,
    [receipt.event, customer, institution, receipt.cardHash, receipt.merchantHash, due],
  )
  if (added === 0) return
  const waits = await tx.one(
    z.object({ waits: z.boolean() }),
    `SELECT EXISTS (SELECT FROM alerts.receipt r WHERE r.customer = $1 AND r.institution = $2 AND r.event <> $3
       AND r.due_at = to_timestamp($4::float8 / 1000)) AS waits`,
    [customer, institution, receipt.event, due],
  )
  // Those of one evening are one message, so one job.
  if (waits.waits) return
  const key = `alert-receipts:${customer}:${institution}:${due}`
  await addJob(tx, {
    kind: receiptsJob,
    key,
    payload: { customer, institution },
    priority: 2,
    delayMs: Math.max(0, due - now),
  })
}

const dueRow = z
  .object({
    event: z.string(),
    customer: uuidColumn<CustomerId>(),
    institution: z.string().refine(isInstitutionId),
    card_hash: bytesColumn,
    merchant_hash: bytesColumn,
  })
  .transform(({ card_hash: cardHash, merchant_hash: merchantHash, ...row }) => ({ ...row, cardHash, merchantHash }))

/** One use that is due to be told of. */
export type DueReceipt = z.infer<typeof dueRow>

/** Uses that one receipt tells of at most. */
const toldMax = 50

/** Takes what is due of a customer's at a bank, oldest first; nobody else gets it. */
function take(tx: Tx, customer: CustomerId, institution: InstitutionId): Promise<readonly DueReceipt[]> {
  return tx.rows(
    dueRow,
    `WITH due AS (SELECT r.event FROM alerts.receipt r WHERE r.customer = $1 AND r.institution = $2
         AND r.due_at <= clock_timestamp() + interval '1 second' ORDER BY r.added_at LIMIT ${toldMax}),
       gone AS (DELETE FROM alerts.receipt r USING due WHERE r.event = due.event RETURNING r.*)
     SELECT g.event::text, g.customer, g.institution, g.card_hash, g.merchant_hash FROM gone g ORDER BY g.added_at`,
    [customer, institution],
  )
}

const wishRow = z.object({ receipts: z.enum(receiptWishes) })

/** How a customer wants receipts: once a day unless they said otherwise. */
async function wish(tx: Tx, customer: CustomerId): Promise<ReceiptWish> {
  const row = await tx.maybe(wishRow, 'SELECT receipts FROM alerts.setting WHERE customer = $1', [customer])
  return row?.receipts ?? 'digest'
}

/** The customer wants them otherwise. */
async function setWish(tx: Tx, customer: CustomerId, receipts: ReceiptWish): Promise<void> {
  await tx.run(
    `INSERT INTO alerts.setting AS s (customer, receipts) VALUES ($1, $2)
     ON CONFLICT (customer) DO UPDATE SET receipts = excluded.receipts, changed_at = clock_timestamp()`,
    [customer, receipts],
  )
}

/** Forgets receipts that nobody could be told of for two days; gives how many. For a sweeper. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(`DELETE FROM alerts.receipt WHERE due_at < clock_timestamp() - interval '2 days'`)
}

/** Uses that wait for a receipt, and how often somebody wants one. Login `parley_fraud`. */
export const receiptStore = { add, take, wish, setWish, sweep } as const
