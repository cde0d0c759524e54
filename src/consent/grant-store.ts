import { z } from 'zod'
import type {
  ChannelName,
  ConversationId,
  CustomerId,
  DataClass,
  Disclosure,
  GrantId,
  InstitutionId,
  Instant,
  Purpose,
  TermsId,
} from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { columns } from './consent-columns.ts'

/** One grant as its row says it now. `holds` is the database's word at the moment of reading, not a promise. */
export type Grant = {
  readonly id: GrantId
  readonly terms: TermsId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly channel: ChannelName
  readonly conversation: ConversationId | null
  readonly dataClass: DataClass
  readonly purpose: Purpose
  readonly disclosure: Disclosure
  readonly startsAt: Instant
  readonly expiresAt: Instant
  readonly unconfirmed: boolean
  readonly revokedAt: Instant | undefined
  readonly holds: boolean
  /** It lives and is suspended: what was cut off that it needs. */
  readonly cutOff: CutOffKind | undefined
}

/** A whole platform, a channel, or a bank. */
export type CutOffKind = 'platform' | 'channel' | 'institution'

/** A customer has a handful of banks and conversations; seven classes and five purposes each. */
const grantsMax = 1000

/** The grants of a conversation or of a customer, newest first; ended ones too. For showing, never for deciding. */
export async function listGrants(
  tx: Tx,
  of: { readonly conversation: ConversationId } | { readonly customer: CustomerId },
): Promise<readonly Grant[]> {
  const [column, value] = 'conversation' in of ? ['conversation', of.conversation] : ['customer', of.customer]
  const rows = await tx.rows(
    grantRow,
    `SELECT id, terms, customer, institution, channel, conversation, data_class, purpose, disclosure, starts_at,
       expires_at, unconfirmed, revoked_at, now.holds,
       CASE WHEN NOT now.holds AND consent.is_live(g)
         THEN (SELECT c.kind FROM consent.cut_off_since(g.channel, g.institution) c) END AS cut_off
     FROM consent.grant_ g CROSS JOIN LATERAL (SELECT consent.holds_now(g) AS holds) AS now
     WHERE ${column} = $1 ORDER BY starts_at DESC, id LIMIT ${grantsMax}`,
    [value],
  )
  return rows.map(grantOf)
}

const grantRow = z.object({
  id: columns.grantId,
  terms: columns.termsId,
  customer: columns.customerId,
  institution: columns.institutionId,
  channel: columns.channel,
  conversation: columns.conversationId.nullable(),
  data_class: columns.dataClass,
  purpose: columns.purpose,
  disclosure: columns.disclosure,
  starts_at: instantColumn,
  expires_at: instantColumn,
  unconfirmed: z.boolean(),
  revoked_at: instantColumn.nullable(),
  holds: z.boolean(),
  cut_off: z.enum(['platform', 'channel', 'institution']).nullable(),
})

function grantOf(row: z.infer<typeof grantRow>): Grant {
  const { data_class: dataClass, starts_at: startsAt, expires_at: expiresAt, revoked_at: revokedAt, ...rest } = row
  const { cut_off: cutOff, ...same } = rest
  return { ...same, dataClass, startsAt, expiresAt, revokedAt: revokedAt ?? undefined, cutOff: cutOff ?? undefined }
}

/** What a message with an answer rests on: grants that must hold, and how much each must let it carry. */
export type Leave = readonly { readonly grant: GrantId; readonly level: Disclosure }[]

/** Whether a leave holds at this moment, every grant of it; the sender asks before a message with an answer leaves. */
export async function leaveHolds(tx: Tx, leave: Leave): Promise<boolean> {
  const row = await tx.one(holdRow, 'SELECT consent.all_hold($1, $2) AS hold', [
    leave.map(({ grant }) => grant),
    leave.map(({ level }) => level),
  ])
  return row.hold
}

const holdRow = z.object({ hold: z.boolean() })
