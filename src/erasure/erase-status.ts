import { z } from 'zod'
import type { Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { ErasureId } from './erasure-store.ts'

/** How an erasure is going, for the page at its end. */
export type EraseStatus =
  /** Nothing is read or sent any more; banks are being told and the last message goes out. */
  | { readonly state: 'begun'; readonly begunAt: Instant }
  /** The keys are gone; rows are being removed. */
  | { readonly state: 'destroyed'; readonly begunAt: Instant; readonly lastCopyAt: Instant }
  /** The keystore did not accept the passkey's word; nothing was destroyed. */
  | { readonly state: 'refused'; readonly begunAt: Instant }
  | {
      readonly state: 'done'
      readonly finishedAt: Instant
      readonly lastCopyAt: Instant
      readonly receipt: string
      /** The signed note, to show and to download. */
      readonly note: string
    }

const statusRow = z.object({
  begun_at: instantColumn,
  keys_destroyed_at: instantColumn.nullable(),
  last_copy_at: instantColumn.nullable(),
  refused_at: instantColumn.nullable(),
  finished_at: instantColumn.nullable(),
  receipt: z.uuid().nullable(),
  note: z.string().nullable(),
})

/**
 * For whoever knows the erasure's random id: at its end the customer has no session any more. Undefined: there is no such
 * erasure. Login `parley_consent`.
 */
export async function loadEraseStatus(tx: Tx, id: ErasureId): Promise<EraseStatus | undefined> {
  const row = await tx.maybe(
    statusRow,
    `SELECT begun_at, keys_destroyed_at, last_copy_at, refused_at, finished_at, receipt, note FROM erasure.status($1)`,
    [id],
  )
  return row === undefined ? undefined : statusOf(row)
}

function statusOf(row: z.infer<typeof statusRow>): EraseStatus {
  const { begun_at: begunAt, last_copy_at: lastCopyAt, finished_at: finishedAt, receipt, note } = row
  if (row.refused_at !== null) return { state: 'refused', begunAt }
  if (finishedAt !== null && lastCopyAt !== null && receipt !== null && note !== null) {
    return { state: 'done', finishedAt, lastCopyAt, receipt, note }
  }
  if (row.keys_destroyed_at !== null && lastCopyAt !== null) return { state: 'destroyed', begunAt, lastCopyAt }
  return { state: 'begun', begunAt }
}
