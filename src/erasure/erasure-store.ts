import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import { Secret, isUuid } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Id, Instant } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** One erasure: random, known to the browser that began it, and in nobody's name. */
export type ErasureId = Id<'erasure'>

/** How an erasure's id comes out of a job, an address or a row. */
export const erasureIdColumn = z.custom<ErasureId>((value) => typeof value === 'string' && isUuid(value))

const begunRow = z.object({ begun: erasureIdColumn.nullable() })

/** Writes down that a customer wants to be erased; the id of the erasure, an earlier one if there is. Login `parley_consent`. */
export async function insertCustomerErasure(
  tx: Tx,
  begun: { readonly id: string; readonly customer: CustomerId; readonly approval: AuthenticationResponseJSON },
): Promise<ErasureId | undefined> {
  const row = await tx.one(begunRow, 'SELECT erasure.begin_customer($1, $2, $3::jsonb) AS begun', [
    begun.id,
    begun.customer,
    JSON.stringify(begun.approval),
  ])
  return row.begun ?? undefined
}

/** The same for a conversation of somebody who never linked; undefined when it takes a passkey. Login `parley_answer`. */
export async function insertConversationErasure(
  tx: Tx,
  begun: { readonly id: string; readonly conversation: ConversationId },
): Promise<ErasureId | undefined> {
  const row = await tx.one(begunRow, 'SELECT erasure.begin_conversation($1, $2) AS begun', [
    begun.id,
    begun.conversation,
  ])
  return row.begun ?? undefined
}

/** How far an erasure is. */
export type ErasureProgress = {
  readonly customer: CustomerId | undefined
  readonly begunMs: number
  readonly isDestroyed: boolean
  readonly isOver: boolean
  /** Endings that are still being followed at banks. */
  readonly endings: number
  /** Notices and messages to this person that have not gone out. */
  readonly messages: number
}

/** By the database's clock. */
export async function loadProgress(tx: Tx, erasure: ErasureId): Promise<ErasureProgress | undefined> {
  const row = await tx.maybe(
    z.object({
      customer: uuidColumn<CustomerId>().nullable(),
      begun_ms: bigintColumn,
      keys_destroyed: z.boolean(),
      refused: z.boolean(),
      finished: z.boolean(),
      endings: bigintColumn,
      messages: bigintColumn,
    }),
    `SELECT customer, begun_ms, keys_destroyed, refused, finished, endings, messages FROM erasure.progress($1)`,
    [erasure],
  )
  return (
    row && {
      customer: row.customer ?? undefined,
      begunMs: Number(row.begun_ms),
      isDestroyed: row.keys_destroyed,
      isOver: row.refused || row.finished,
      endings: Number(row.endings),
      messages: Number(row.messages),
    }
  )
}

/** A record that the law makes us keep, before it is sealed. */
export type ToHold = {
  readonly record: string
  readonly item: string
  readonly basis: string
  readonly keptUntil: Instant
  readonly plain: Secret<Uint8Array>
}

/** Some of what must be held and is not yet; call again until there is nothing. */
export async function loadToHold(tx: Tx, erasure: ErasureId): Promise<readonly ToHold[]> {
  const rows = await tx.rows(
    z.object({ record: z.uuid(), item: z.string(), basis: z.string(), kept_until: instantColumn, plain: z.string() }),
    'SELECT record, item, basis, kept_until, plain FROM erasure.to_hold($1)',
    [erasure],
  )
  return rows.map(({ kept_until: keptUntil, plain, ...row }) => ({
    ...row,
    keptUntil,
    plain: new Secret<Uint8Array>(Buffer.from(plain, 'utf8')),
  }))
}

/** Keeps a held record, once. */
export async function insertHeld(tx: Tx, erasure: ErasureId, held: ToHold, sealed: Uint8Array): Promise<void> {
  await tx.run('SELECT erasure.hold($1, $2, $3, $4, to_timestamp($5 / 1000.0), $6)', [
    erasure,
    held.record,
    held.item,
    held.basis,
    held.keptUntil,
    sealed,
  ])
}

/** What the receipt is made of. */
export type ErasureSummary = {
  readonly begunAt: Instant
  readonly keysDestroyedAt: Instant
  readonly lastCopyAt: Instant
  readonly wasCustomer: boolean
  /** A bank's id to what became of its tokens. */
  readonly banks: Readonly<Record<string, string>>
  readonly held: readonly HeldRecord[]
  /** Rows that were removed, by table. */
  readonly removed: readonly { readonly table: string; readonly rows: number }[]
}

/** A held record, by what may be said of it. */
export type HeldRecord = {
  readonly record: string
  readonly item: string
  readonly basis: string
  readonly keptUntil: Instant
}

const summaryRow = z.object({
  begun_at: instantColumn,
  keys_destroyed_at: instantColumn,
  last_copy_at: instantColumn,
  banks: z.record(z.string(), z.string()),
  was_customer: z.boolean(),
})

/**
 * Removes every row of an erasure whose keys the keystore destroyed, in the caller's transaction, and sums up. SQLSTATE PE001 to
 * PE003: the keystore must be asked first, or again; something must be held first.
 */
export async function removeRows(tx: Tx, erasure: ErasureId): Promise<ErasureSummary> {
  const held = await tx.rows(
    z.object({ record: z.uuid(), item: z.string(), basis: z.string(), kept_until: instantColumn }),
    'SELECT record, item, basis, kept_until FROM erasure.held_of($1)',
    [erasure],
  )
  const removed = await tx.rows(
    z.object({ name: z.string(), removed: bigintColumn }),
    'SELECT name, removed FROM erasure.remove($1)',
    [erasure],
  )
  const row = await tx.one(
    summaryRow,
    'SELECT begun_at, keys_destroyed_at, last_copy_at, banks, was_customer FROM erasure.summary($1)',
    [erasure],
  )
  return {
    begunAt: row.begun_at,
    keysDestroyedAt: row.keys_destroyed_at,
    lastCopyAt: row.last_copy_at,
    wasCustomer: row.was_customer,
    banks: row.banks,
    held: held.map(({ kept_until: keptUntil, ...one }) => ({ ...one, keptUntil })),
    removed: removed.map(({ name, removed: rows }) => ({ table: name, rows: Number(rows) })),
  }
}

/** The end: the row forgets whose erasure it was. */
export async function finishErasure(tx: Tx, erasure: ErasureId, receipt: string): Promise<void> {
  await tx.run('SELECT erasure.finish($1, $2)', [erasure, receipt])
}

/** The keystore did not accept the passkey's word: nothing was destroyed. */
export async function refuseErasure(tx: Tx, erasure: ErasureId): Promise<void> {
  await tx.run('SELECT erasure.refuse($1)', [erasure])
}

/** Erasures that are not through and have no job. */
export async function findStranded(tx: Tx): Promise<readonly ErasureId[]> {
  return (await tx.rows(z.object({ id: erasureIdColumn }), 'SELECT id FROM erasure.stranded()')).map(({ id }) => id)
}

/** Deletes held records past their date, and what is left of erasures after three years. */
export async function sweepOverdue(tx: Tx): Promise<number> {
  return Number((await tx.one(z.object({ swept: bigintColumn }), 'SELECT erasure.sweep() AS swept')).swept)
}
