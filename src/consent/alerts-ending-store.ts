import { z } from 'zod'
import type { ConversationId, CustomerId, Id, Instant } from '../kernel/index.ts'
import { isUuid } from '../kernel/index.ts'
import { instantColumn, jobTopic } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { columns } from './consent-columns.ts'
import { endedRow } from './endings-store.ts'
import type { Ended } from './endings-store.ts'

/** One wish, by words, to end fraud alerts: a day passes, with notices, in which they can be kept. */
export type AlertsEndingId = Id<'alerts-ending'>

const idColumn = z.custom<AlertsEndingId>((value) => typeof value === 'string' && isUuid(value))

const askedRow = z.object({ id: idColumn, customer: columns.customerId, ends_at: instantColumn, is_new: z.boolean() })

/**
 * Begins the day, in the caller's transaction. `isNew`: false while one runs already, which goes on. Undefined: this conversation
 * has no fraud alerts. Login `parley_answer`.
 */
async function ask(
  tx: Tx,
  conversation: ConversationId,
): Promise<
  | { readonly id: AlertsEndingId; readonly customer: CustomerId; readonly endsAt: Instant; readonly isNew: boolean }
  | undefined
> {
  const row = await tx.maybe(
    askedRow,
    'SELECT id, customer, ends_at, is_new FROM consent.ask_alerts_end($1)',
    [conversation], // prettier-ignore
  )
  if (row === undefined) return undefined
  return { id: row.id, customer: row.customer, endsAt: row.ends_at, isNew: row.is_new }
}

/** Keeps all fraud alerts of a customer that were about to end. How many conversations they were about to end in. */
async function keep(tx: Tx, customer: CustomerId): Promise<number> {
  const rows = await tx.rows(
    z.object({ conversation: columns.conversationId }),
    'SELECT conversation FROM consent.keep_alerts($1)',
    [customer],
  )
  return rows.length
}

/** When fraud alerts of a customer end because words asked for it, the soonest; undefined: none are about to. Login `parley_consent`. */
async function endsAt(tx: Tx, customer: CustomerId): Promise<Instant | undefined> {
  const row = await tx.maybe(
    z.object({ ends_at: instantColumn }),
    `SELECT ends_at FROM consent.alerts_ending
     WHERE customer = $1 AND cancelled_at IS NULL AND ended_at IS NULL ORDER BY ends_at LIMIT 1`,
    [customer],
  )
  return row?.ends_at
}

const warnedRow = z.object({ customer: columns.customerId, ends_at: instantColumn })

/** Takes the notice before the end, once, at most so many hours before it; undefined: kept, ended, told already, or too early. */
async function warn(
  tx: Tx,
  id: AlertsEndingId,
  hours: number,
): Promise<{ readonly customer: CustomerId; readonly endsAt: Instant } | undefined> {
  const row = await tx.maybe(warnedRow, 'SELECT customer, ends_at FROM consent.warn_alerts_end($1, $2)', [id, hours])
  return row === undefined ? undefined : { customer: row.customer, endsAt: row.ends_at }
}

/** Ends them, if the day is over by the database's clock and nobody kept them. Nothing ended: an empty list. */
async function end(tx: Tx, id: AlertsEndingId): Promise<readonly Ended[]> {
  const ended = await tx.rows(
    endedRow,
    'SELECT ending, customer, institution, conversation, grants FROM consent.end_alerts($1)',
    [id],
  )
  // The database itself queued the jobs that follow.
  if (ended.length > 0) tx.announce(jobTopic)
  return ended
}

/** How long it is known that words ended, or would have ended, fraud alerts. */
const keptDays = 90

/** Forgets wishes that are long over. For a sweeper; login `parley_revoker`. */
async function sweep(tx: Tx): Promise<number> {
  const row = await tx.one(z.object({ gone: z.number() }), 'SELECT consent.forget_alerts_endings($1) AS gone', [
    keptDays,
  ])
  return row.gone
}

/** How the words of a chat end fraud alerts: after a day, with notices, unless somebody keeps them. */
export const alertsEnding = { ask, keep, endsAt, warn, end, sweep, keptDays, idColumn } as const
