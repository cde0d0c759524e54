import { z } from 'zod'
import type {
  ChannelName,
  ConversationId,
  CustomerId,
  DataClass,
  GrantId,
  Id,
  InstitutionId,
  Instant,
  Purpose,
  TermsId,
} from '../kernel/index.ts'
import { isUuid } from '../kernel/index.ts'
import { instantColumn, jobTopic } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { columns } from './consent-columns.ts'

/** One row for what ended together of one customer at one bank. */
export type EndingId = Id<'ending'>

/** Why grants end. The database's table `consent.ending_right` says which login may give which reason. */
export const endingReasons = [
  'customer-in-chat', // by words: answers only, never fraud alerts
  'a-day-after-stop', // the rest, a day after those words and their notices
  'customer-on-page', // with the passkey
  'customer-by-data-deletion', // the messenger's data-deletion callback
  'narrowed', // with the passkey: some grants of several
  'replaced', // newer terms took their place: the sharing goes on
  'never-confirmed', // the code was never typed in the chat
  'expired',
  'bank', // the bank ended its consent
  'platform', // a channel was given up for good
  'platform-deauthorized', // the messenger says that the person removed the app
  'recovery',
  'handed-back', // leave for an agent to look, with the conversation that left their hand
  'erased',
] as const
export type EndingReason = (typeof endingReasons)[number]

/** Which grants: those that match everything given. At least one of the first six must be. */
export type EndingSelector = {
  readonly customer?: CustomerId
  readonly institution?: InstitutionId
  readonly conversation?: ConversationId
  readonly channel?: ChannelName
  readonly terms?: TermsId
  readonly grants?: readonly GrantId[]
  readonly purpose?: Purpose
}

/** What ended: one for each customer and bank. */
export type Ended = {
  readonly ending: EndingId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  /** Where, if it was one conversation. */
  readonly conversation: ConversationId | undefined
  readonly grants: readonly GrantId[]
}

/** Grants that one statement ends at most; a whole channel is ended by calling again until nothing is left. */
const grantsPerCall = 5_000

/** How an ending's id comes out of a row or a job. */
export const endingIdColumn = z.custom<EndingId>((value) => typeof value === 'string' && isUuid(value))

/** What a function that ends grants gives back. */
export const endedRow = z
  .object({
    ending: endingIdColumn,
    customer: columns.customerId,
    institution: columns.institutionId,
    conversation: columns.conversationId.nullable(),
    grants: z.array(columns.grantId),
  })
  .transform(({ conversation, ...row }): Ended => ({ ...row, conversation: conversation ?? undefined }))

/**
 * Ends grants, in the caller's transaction: from its commit on nothing is read, sent or redeemed under them. The rest (closing
 * what is open, the bank, the keys, the receipt) is followed by a job that commits with it. Nothing live matched: an empty list.
 * SQLSTATE 42501: this login may not give this reason.
 */
export async function endGrants(tx: Tx, selector: EndingSelector, because: EndingReason): Promise<readonly Ended[]> {
  const { customer, institution, conversation, channel, terms, grants, purpose } = selector
  const ended = await tx.rows(
    endedRow,
    `SELECT ending, customer, institution, conversation, grants
     FROM consent.end_where($1, $2, $3, $4, $5, $6, $7::uuid[], $8, $9)`,
    [
      because,
      customer ?? null,
      institution ?? null,
      conversation ?? null,
      channel ?? null,
      terms ?? null,
      grants ?? null,
      purpose ?? null,
      grantsPerCall,
    ],
  )
  if (ended.length > 0) tx.announce(jobTopic)
  return ended
}

/** Ends what time ended: grants past their date, terms that no code ever confirmed. Login `parley_revoker`; for a sweeper. */
export async function endOverdue(tx: Tx): Promise<number> {
  const ended = await tx.rows(
    endedRow,
    'SELECT ending, customer, institution, conversation, grants FROM consent.end_overdue($1)',
    [grantsPerCall],
  )
  if (ended.length > 0) tx.announce(jobTopic)
  return ended.length
}

/** What became of the bank's tokens; `undefined` while nothing is known yet. */
export type BankOutcome = 'kept' | 'nothing' | 'revoked' | 'unknown' | 'unreachable' | 'untold'

/** An ending and how far it was followed. Times are by the database's clock. */
export type Ending = {
  readonly id: EndingId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly conversation: ConversationId | undefined
  readonly because: EndingReason
  readonly at: Instant
  readonly now: Instant
  readonly grants: number
  readonly closedAt: Instant | undefined
  readonly bank: BankOutcome | undefined
  readonly bankToldAt: Instant | undefined
  readonly toldVersion: number | undefined
  readonly keyDestroyedAt: Instant | undefined
  /** Until when a copy of the key can exist in an old file or a backup of the keystore. */
  readonly keyLastCopyAt: Instant | undefined
  readonly receipt: string | undefined
  readonly doneAt: Instant | undefined
}

const endingRow = z.object({
  id: endingIdColumn,
  customer: columns.customerId,
  institution: columns.institutionId,
  conversation: columns.conversationId.nullable(),
  because: z.enum(endingReasons),
  at: instantColumn,
  now: instantColumn,
  grants: z.number(),
  closed_at: instantColumn.nullable(),
  bank: z.enum(['kept', 'nothing', 'revoked', 'unknown', 'unreachable', 'untold']).nullable(),
  bank_told_at: instantColumn.nullable(),
  told_version: z.number().nullable(),
  key_destroyed_at: instantColumn.nullable(),
  key_last_copy_at: instantColumn.nullable(),
  receipt: z.uuid().nullable(),
  done_at: instantColumn.nullable(),
})

const endingColumns = `n.id, n.customer, n.institution, n.conversation, n.because, n.at, clock_timestamp() AS now, n.grants,
  n.closed_at, n.bank, n.bank_told_at, n.told_version, n.key_destroyed_at, n.key_last_copy_at, n.receipt, n.done_at`

function endingOf(row: z.infer<typeof endingRow>): Ending {
  return {
    id: row.id,
    customer: row.customer,
    institution: row.institution,
    conversation: row.conversation ?? undefined,
    because: row.because,
    at: row.at,
    now: row.now,
    grants: row.grants,
    closedAt: row.closed_at ?? undefined,
    bank: row.bank ?? undefined,
    bankToldAt: row.bank_told_at ?? undefined,
    toldVersion: row.told_version ?? undefined,
    keyDestroyedAt: row.key_destroyed_at ?? undefined,
    keyLastCopyAt: row.key_last_copy_at ?? undefined,
    receipt: row.receipt ?? undefined,
    doneAt: row.done_at ?? undefined,
  }
}

/** One ending. */
export async function loadEnding(tx: Tx, id: EndingId): Promise<Ending | undefined> {
  const row = await tx.maybe(endingRow, `SELECT ${endingColumns} FROM consent.ending n WHERE n.id = $1`, [id])
  return row === undefined ? undefined : endingOf(row)
}

/** A customer's endings, newest first, 200 at most. For showing. */
export async function listEndings(tx: Tx, customer: CustomerId): Promise<readonly Ending[]> {
  const rows = await tx.rows(
    endingRow,
    `SELECT ${endingColumns} FROM consent.ending n WHERE n.customer = $1 ORDER BY n.at DESC, n.id LIMIT 200`,
    [customer],
  )
  return rows.map(endingOf)
}

/** What ended with an ending: where it might be asked, for what, which kind of data. */
export async function listEndedGrants(
  tx: Tx,
  id: EndingId,
): Promise<readonly { readonly channel: ChannelName; readonly dataClass: DataClass; readonly purpose: Purpose }[]> {
  const rows = await tx.rows(
    z.object({ channel: columns.channel, data_class: columns.dataClass, purpose: columns.purpose }),
    `SELECT DISTINCT g.channel, g.data_class, g.purpose FROM consent.grant_ g WHERE g.ending = $1
     ORDER BY g.channel, g.data_class, g.purpose LIMIT 500`,
    [id],
  )
  return rows.map(({ channel, purpose, data_class: dataClass }) => ({ channel, dataClass, purpose }))
}

/** Endings that nobody follows any more, though they are not done: their job was given up. For a sweeper to queue again. */
export async function findStrayEndings(tx: Tx): Promise<readonly Ending[]> {
  const rows = await tx.rows(
    endingRow,
    `SELECT ${endingColumns} FROM consent.ending n
     WHERE n.done_at IS NULL AND n.at < clock_timestamp() - interval '1 hour'
       AND NOT EXISTS (SELECT FROM platform.job j WHERE j.key = 'revoke:' || n.customer || ':' || n.institution)
     ORDER BY n.at LIMIT 100`,
  )
  return rows.map(endingOf)
}

/** The conversations of an ending's grants. */
export async function listEndedConversations(tx: Tx, id: EndingId): Promise<readonly ConversationId[]> {
  const rows = await tx.rows(
    z.object({ conversation: columns.conversationId }),
    `SELECT DISTINCT g.conversation FROM consent.grant_ g WHERE g.ending = $1 AND g.conversation IS NOT NULL LIMIT 500`,
    [id],
  )
  return rows.map((row) => row.conversation)
}

/** Whether nothing of this customer's is shared with this bank at this moment (SQL `consent.is_over`). */
export async function isLinkOver(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly institution: InstitutionId },
): Promise<boolean> {
  const row = await tx.one(z.object({ over: z.boolean() }), 'SELECT consent.is_over($1, $2) AS over', [
    of.customer,
    of.institution,
  ])
  return row.over
}
