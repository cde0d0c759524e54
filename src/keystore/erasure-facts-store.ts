import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Instant } from '../kernel/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { assertionJson } from './wire.ts'

// Everything here is what the database says. That the customer wants it is believed for the passkey's signature alone; which
// conversations are theirs is the database's to know.
const factsRow = z.object({
  customer: z.custom<CustomerId>((value) => typeof value === 'string' && isUuid(value)).nullable(),
  approval: assertionJson.nullable(),
  conversations: z.array(z.custom<ConversationId>((value) => typeof value === 'string' && isUuid(value))),
})

/** An erasure that was begun: whose keys, with which signature, and which conversations. */
export type ErasureFacts = z.infer<typeof factsRow>

/** An erasure that has begun and is not through; undefined when there is none of this id. */
export async function loadErasureFacts(tx: Tx, erasure: string): Promise<ErasureFacts | undefined> {
  return await tx.maybe(factsRow, 'SELECT customer, approval, conversations FROM erasure.facts($1)', [erasure])
}

/** Writes down, under the keystore's own login, that the keys are gone; only then rows may go. Gives what was written first. */
export async function reportDestroyed(
  tx: Tx,
  erasure: string,
  destroyed: { readonly conversations: readonly ConversationId[]; readonly lastCopyAt: Instant },
): Promise<Instant> {
  const row = await tx.maybe(
    z.object({ last_copy_at: instantColumn }),
    'SELECT last_copy_at FROM erasure.report_destroyed($1, $2, to_timestamp($3 / 1000.0))',
    [erasure, destroyed.conversations, destroyed.lastCopyAt],
  )
  return row === undefined ? destroyed.lastCopyAt : row.last_copy_at
}

/** What the database keeps of one held record. */
export type HeldRow = {
  readonly item: string
  readonly basis: string
  readonly keptUntil: Instant
  readonly sealed: Buffer
}

/** A held record's sealed bytes. That it was opened, and why, is written down and committed first. */
export async function openHeldRow(tx: Tx, record: string, reason: string): Promise<HeldRow | undefined> {
  const noted = await tx.one(z.object({ there: z.boolean() }), 'SELECT erasure.note_opening($1, $2) AS there', [
    record,
    reason,
  ])
  if (!noted.there) return undefined
  const row = await tx.one(
    z.object({ item: z.string(), basis: z.string(), kept_until: instantColumn, sealed: bytesColumn }),
    'SELECT item, basis, kept_until, sealed FROM erasure.held($1)',
    [record],
  )
  return { item: row.item, basis: row.basis, keptUntil: row.kept_until, sealed: row.sealed }
}

/** Which records are held, oldest first, without what they say; a page of them. */
export async function listHeldRows(
  tx: Tx,
): Promise<readonly { readonly id: string; readonly item: string; readonly keptUntil: Instant }[]> {
  const rows = await tx.rows(
    z.object({ id: z.uuid(), item: z.string(), kept_until: instantColumn }),
    'SELECT id, item, kept_until FROM erasure.list_held()',
  )
  return rows.map(({ id, item, kept_until: keptUntil }) => ({ id, item, keptUntil }))
}
