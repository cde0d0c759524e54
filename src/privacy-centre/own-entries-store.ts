import { z } from 'zod'
import { channelNames, dataClasses, isInstitutionId, isUuid, purposes } from '../kernel/index.ts'
import type { AuditEntryId, InstitutionId, Instant } from '../kernel/index.ts'
import { bigintColumn, bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

const entryRow = z.object({
  seq: bigintColumn,
  opened: bigintColumn.nullable(),
  id: z.custom<AuditEntryId>((value) => typeof value === 'string' && isUuid(value)),
  at: instantColumn,
  event: z.string(),
  institution: z.string().refine(isInstitutionId),
  channel: z.enum(channelNames),
  conversation: z.string().nullable(),
  data_class: z.enum(dataClasses),
  purpose: z.enum(purposes),
  login: z.string(),
  level: z.enum(['sealed', 'rounded', 'full', 'nothing']).nullable(),
  place: z.string().nullable(),
  fields: z.string(),
  salt_sealed: bytesColumn,
  leaf: bigintColumn.nullable(),
  published: z.boolean(),
  promise: z.string().nullable(),
})

/** One entry of the log about the customer who asks, with its sealed salt and where it stands. */
export type OwnEntry = z.infer<typeof entryRow>

/** Which looks: of one bank, of some days, before a number (for the next page), or one by its id. */
export type LooksAsked = {
  readonly before?: bigint
  readonly institution?: InstitutionId
  readonly from?: Instant
  readonly to?: Instant
  readonly look?: AuditEntryId
  readonly limit: number
}

/**
 * The looks at the customer whose session this is, newest first, each followed by what of it was disclosed. Login
 * `parley_centre`; the database decides whose they are, by the session alone.
 */
export async function listOwnEntries(tx: Tx, session: Uint8Array, asked: LooksAsked): Promise<readonly OwnEntry[]> {
  return await tx.rows(
    entryRow,
    `SELECT seq, opened, id, at, event, institution, channel, conversation, data_class, purpose, login, level, place, fields,
       salt_sealed, leaf, published, promise
     FROM gate.own_entries($1, $2, $3, to_timestamp($4::numeric / 1000), to_timestamp($5::numeric / 1000), $6, $7)`,
    [
      session,
      asked.before ?? null,
      asked.institution ?? null,
      asked.from ?? null,
      asked.to ?? null,
      asked.look ?? null,
      asked.limit,
    ],
  )
}
