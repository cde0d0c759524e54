import type { LogKey, PublishedTree } from '../audit/index.ts'
import { composeNote, formatReceiptText, toBase64 } from '../kernel/index.ts'
import type { CanonicalValue, CustomerId, Instant, ReceiptBody } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { insertReceipt, listReceipts, loadOpenReceipt, loadReceipt, receiptMoment } from './receipt-store.ts'
import type { OpenKind, ReceiptId, StoredReceipt } from './receipt-store.ts'

export type ReceiptsDeps = {
  /** The log's receipt key (`<origin>/receipt`). */
  readonly key: Pick<LogKey, 'sign'>
  /** What outsiders see of the log at this moment; it goes on the receipt, so that the log's view is pinned (threat row 13). */
  readonly published: () => Promise<PublishedTree | undefined>
  readonly random: Random
}

/** What a receipt is about. `facts` are short strings, numbers and lists of them; never names, never amounts. */
export type NewReceipt = {
  /** Whose list it goes on; undefined for a customer who is being erased: then it is only handed out. */
  readonly customer: CustomerId | undefined
  /** A word in kebab-case: `revocation`, `erasure`, `unlink`, `notice-ended`… */
  readonly kind: string
  readonly facts: Readonly<Record<string, CanonicalValue>>
  /** A random UUID that was given out before as the request's code; made here unless given. */
  readonly id?: string
}

/** Receipts: what was done for a customer, signed, so that it can be shown to anybody and checked without us. */
export type Receipts = {
  /**
   * Signs a receipt and keeps it, in the caller's transaction: it exists exactly when what it says has been done. Throws a
   * RangeError for facts that have no canonical form.
   */
  issue(tx: Tx, receipt: NewReceipt): Promise<ReceiptId>
  /** A customer's receipts, newest first, 200 at most. */
  list(tx: Tx, customer: CustomerId): Promise<readonly StoredReceipt[]>
  /** One of a customer's receipts. */
  load(tx: Tx, of: { readonly customer: CustomerId; readonly id: ReceiptId }): Promise<StoredReceipt | undefined>
  /** One that whoever has its id may have: its kind says nothing about anybody. */
  loadOpen(tx: Tx, of: { readonly id: string; readonly kind: OpenKind }): Promise<StoredReceipt | undefined>
}

/** Makes the receipts' giver. Its key signs receipts and nothing else. */
export function createReceipts(deps: ReceiptsDeps): Receipts {
  return {
    async issue(tx, { customer, kind, facts, id = deps.random.uuid() }) {
      const [tree, at] = await Promise.all([deps.published(), receiptMoment(tx)])
      const text = formatReceiptText({ ...facts, id, kind, at: secondsOf(at), checkpoint: checkpointOf(tree) })
      const note = Buffer.from(composeNote({ text, signatures: [deps.key.sign(text)] })).toString('utf8')
      return await insertReceipt(tx, { id, customer, kind, at, note })
    },
    list: listReceipts,
    load: loadReceipt,
    loadOpen: loadOpenReceipt,
  }
}

function checkpointOf(tree: PublishedTree | undefined): ReceiptBody['checkpoint'] {
  return tree === undefined ? null : { hash: toBase64(tree.hash), size: Number(tree.size) }
}

function secondsOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
