import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { CustomerId, Id, Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

export type ReceiptId = Id<'receipt'>

/** A receipt as it was handed out: the note says everything, the rest is for lists. */
export type StoredReceipt = {
  readonly id: ReceiptId
  readonly kind: string
  readonly at: Instant
  /** The signed note. */
  readonly note: string
}

/** How a receipt's id comes out of the database. */
const receiptIdColumn = z.custom<ReceiptId>((value) => typeof value === 'string' && isUuid(value))

const receiptRow = z.object({ id: receiptIdColumn, kind: z.string(), at: instantColumn, note: z.string() })

/** The database's time, which receipts carry. */
export async function receiptMoment(tx: Tx): Promise<Instant> {
  return (await tx.one(z.object({ now: instantColumn }), 'SELECT clock_timestamp() AS now')).now
}

/** Keeps a receipt. */
export async function insertReceipt(
  tx: Tx,
  receipt: {
    readonly id: string
    readonly customer: CustomerId | undefined
    readonly kind: string
    readonly at: Instant
    readonly note: string
  },
): Promise<ReceiptId> {
  const { id, customer, kind, at, note } = receipt
  const row = await tx.one(
    z.object({ id: receiptIdColumn }),
    `INSERT INTO receipts.receipt (id, customer, kind, at, note)
     VALUES ($1, $2, $3, to_timestamp($4 / 1000.0), $5) RETURNING id`,
    [id, customer ?? null, kind, at, note],
  )
  return row.id
}

/** A page of them; a customer has a handful. */
const receiptsMax = 200

/** A customer's receipts, newest first. */
export async function listReceipts(tx: Tx, customer: CustomerId): Promise<readonly StoredReceipt[]> {
  return await tx.rows(
    receiptRow,
    `SELECT id, kind, at, note FROM receipts.receipt WHERE customer = $1 ORDER BY at DESC, id LIMIT ${receiptsMax}`,
    [customer],
  )
}

/** One of a customer's receipts; undefined when there is none, or it is another's. */
export async function loadReceipt(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly id: ReceiptId },
): Promise<StoredReceipt | undefined> {
  return await tx.maybe(
    receiptRow,
    'SELECT id, kind, at, note FROM receipts.receipt WHERE id = $1 AND customer = $2',
    [of.id, of.customer], // prettier-ignore
  )
}

/** Receipts that are shown to whoever has the code: they name neither customer nor bank. */
export type OpenKind = 'platform-deletion'

/** One of those, by its id. */
export async function loadOpenReceipt(
  tx: Tx,
  of: { readonly id: string; readonly kind: OpenKind },
): Promise<StoredReceipt | undefined> {
  return await tx.maybe(receiptRow, 'SELECT id, kind, at, note FROM receipts.receipt WHERE id = $1 AND kind = $2', [
    of.id,
    of.kind,
  ])
}
