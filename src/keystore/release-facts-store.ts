import { z } from 'zod'
import { channelNames, dataClasses, isInstitutionId, isUuid, purposes } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, TermsId } from '../kernel/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

function uuidOf<Kind extends string>(): z.ZodType<Kind> {
  return z.custom<Kind>((value) => typeof value === 'string' && isUuid(value))
}

// Everything here is what the database says; the keystore believes none of it that the customer has not signed.
const factsRow = z.object({
  customer: uuidOf<CustomerId>(),
  institution: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
  channel: z.enum(channelNames),
  conversation: uuidOf<ConversationId>().nullable(),
  data_class: z.enum(dataClasses),
  purpose: z.enum(purposes),
  login: z.string(),
  now: instantColumn,
  terms: uuidOf<TermsId>(),
  document: z.string(),
  credential_id: bytesColumn,
  authenticator_data: bytesColumn,
  client_data: bytesColumn,
  signature: bytesColumn,
})

/** A live ticket, its grant and the terms behind it. */
export type ReleaseFacts = z.infer<typeof factsRow>

const factsColumns = `customer, institution, channel, conversation, data_class, purpose, login, now, terms, document,
  credential_id, authenticator_data, client_data, signature`

/** The facts of a ticket; undefined unless it is committed, fresh, and its grant holds now. */
export async function loadReleaseFacts(tx: Tx, ticket: bigint): Promise<ReleaseFacts | undefined> {
  return await tx.maybe(factsRow, `SELECT ${factsColumns} FROM gate.release_facts($1)`, [ticket])
}

/** The facts of a revoking ticket; undefined unless it is committed, fresh, and nothing is shared with that bank now. */
export async function loadRevokingFacts(tx: Tx, ticket: bigint): Promise<ReleaseFacts | undefined> {
  return await tx.maybe(factsRow, `SELECT ${factsColumns} FROM gate.revoking_facts($1)`, [ticket])
}
