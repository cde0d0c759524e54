import type { Instant } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { BankOutcome, EndingId } from './endings-store.ts'
import type { BankLinkOf } from './revoking.ts'

// What following an ending found out. Login `parley_revoker`; a row whose ending is done takes no more notes.

/** Holds an ending until the transaction ends. False: it is done, or its customer was erased meanwhile. */
export async function holdEnding(tx: Tx, id: EndingId): Promise<boolean> {
  return (await tx.run('SELECT FROM consent.ending n WHERE n.id = $1 AND n.done_at IS NULL FOR UPDATE', [id])) === 1
}

/** Open questions and answers of what ended are closed. */
export async function noteClosed(tx: Tx, id: EndingId): Promise<void> {
  await tx.run('UPDATE consent.ending SET closed_at = clock_timestamp() WHERE id = $1 AND closed_at IS NULL', [id])
}

/** What became of the tokens (of this version): true of every ending of this customer and bank that is still followed. */
export async function noteBank(
  tx: Tx,
  of: BankLinkOf,
  told: { readonly bank: BankOutcome; readonly version: number | undefined },
): Promise<void> {
  await tx.run(
    `UPDATE consent.ending SET bank = $3, bank_told_at = clock_timestamp(), told_version = $4
     WHERE customer = $1 AND institution = $2 AND done_at IS NULL`,
    [of.customer, of.institution, told.bank, told.version ?? null],
  )
}

/** The key is destroyed; likewise true of all of them. */
export async function noteKeyDestroyed(tx: Tx, of: BankLinkOf, lastCopyAt: Instant): Promise<void> {
  await tx.run(
    `UPDATE consent.ending SET key_destroyed_at = clock_timestamp(), key_last_copy_at = to_timestamp($3 / 1000.0)
     WHERE customer = $1 AND institution = $2 AND done_at IS NULL AND key_destroyed_at IS NULL`,
    [of.customer, of.institution, lastCopyAt],
  )
}

/** The first receipt, while the bank has not answered yet. False: there is one already. */
export async function noteReceipt(tx: Tx, id: EndingId, receipt: string): Promise<boolean> {
  const noted = await tx.run(
    'UPDATE consent.ending SET receipt = $2 WHERE id = $1 AND receipt IS NULL AND done_at IS NULL',
    [id, receipt],
  )
  return noted === 1
}

/** The ending is followed to its end. */
export async function noteDone(
  tx: Tx,
  id: EndingId,
  end: { readonly bank: BankOutcome; readonly receipt: string | undefined },
): Promise<void> {
  await tx.run(
    `UPDATE consent.ending SET bank = $2, receipt = coalesce($3, receipt), done_at = clock_timestamp()
     WHERE id = $1 AND done_at IS NULL`,
    [id, end.bank, end.receipt ?? null],
  )
}
