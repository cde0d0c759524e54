import { z } from 'zod'
import type { DataClass } from '../kernel/index.ts'
import { bigintColumn, bytesColumn, elapsedMs, instantColumn } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import { columns } from './consent-columns.ts'
import type { HeldToken, Look } from './permit.ts'

const ticketShape = {
  ticket: bigintColumn,
  id: columns.auditEntryId,
  at: instantColumn,
  grant_id: columns.grantId,
  channel: columns.channel,
  disclosure: columns.disclosure,
  commitment: bytesColumn,
}
const ticketRow = z.object(ticketShape)

/** An `opened` entry that has committed. */
export type Ticket = z.infer<typeof ticketRow>

/** Under what the entry's fields are committed to. */
export type Salt = { readonly salt: Uint8Array; readonly sealed: Uint8Array }

/** Writes the entry of a look. It has committed when the answer is here. Undefined: nothing gives leave. */
export async function openTicket(
  database: Database,
  look: Look<DataClass>,
  { salt, sealed }: Salt,
): Promise<Ticket | undefined> {
  return await database.maybe(
    ticketRow,
    'SELECT ticket, id, at, grant_id, channel, disclosure, commitment FROM gate.open($1, $2, $3, $4, $5, $6)',
    [look.customer, look.institution, look.conversation, look.dataClass, salt, sealed],
  )
}

const noTicketRow = z.object({ ticket: z.null() })
const lookRow = z.object({ ...ticketShape, version: z.number().nullable(), sealed: bytesColumn.nullable() })
const lookOrNotRow = z.union([lookRow, noTicketRow])

/** As {@link openTicket}, and once the entry has committed, brings the bank's sealed tokens, if there are any. One call. */
export async function openTicketWithToken(
  database: Database,
  look: Look<DataClass>,
  { salt, sealed }: Salt,
): Promise<(Ticket & { readonly token: HeldToken | undefined }) | undefined> {
  // Before the call: the tokens are never older than they seem.
  const readAtMs = elapsedMs()
  const row = await database.one(
    lookOrNotRow,
    'CALL gate.look($1, $2, $3, $4, $5, $6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
    [look.customer, look.institution, look.conversation, look.dataClass, salt, sealed],
  )
  if (row.ticket === null) return undefined
  const { version, sealed: token, ...ticket } = row
  return { ...ticket, token: version === null || token === null ? undefined : { version, sealed: token, readAtMs } }
}
