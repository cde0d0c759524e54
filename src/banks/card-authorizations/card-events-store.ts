import { z } from 'zod'
import { bigintColumn, bytesColumn, instantColumn, jobTopic } from '../../platform/index.ts'
import type { Database, Tx } from '../../platform/index.ts'
import { isUuid } from '../../kernel/index.ts'
import { verdictWords } from './card-authorization.ts'
import type { CardEventId, CardEventKind, VerdictWord } from './card-authorization.ts'
import type { EventPlace } from './sealed-event.ts'

/** A row of the event log before it is written. */
export type NewEventRow = EventPlace & {
  readonly kind: CardEventKind
  readonly of?: CardEventId
  readonly sealed: Uint8Array
}

const eventId = z.custom<CardEventId>((value) => typeof value === 'string' && isUuid(value))

/**
 * Writes all of these rows or none, and the jobs that follow them, each customer's to run one at a time and in this order. One statement,
 * so one commit, on disk when this resolves. SQLSTATE 23505 where a row is there already, 42501 where one has no standing look.
 */
export async function addCardEvents(database: Database, rows: readonly NewEventRow[], job: string): Promise<void> {
  const lengths = rows.map(({ sealed }) => sealed.length)
  let end = 1
  const begins = lengths.map((length) => {
    const begin = end
    end += length
    return begin
  })
  await database.run('SELECT gate.add_card_events($1, $2, $3, $4, $5, $6, $7, $8), platform.add_jobs($9, $10, $11)', [
    rows.map(({ id }) => id),
    rows.map(({ customer }) => customer),
    rows.map(({ institution }) => institution),
    rows.map(({ kind }) => kind),
    rows.map(({ of }) => of ?? ''),
    Buffer.concat(rows.map(({ sealed }) => sealed)),
    begins,
    lengths,
    job,
    rows.map(({ customer }) => `alerts:${customer}`),
    rows.map(({ id, customer, institution }) => JSON.stringify({ customer, institution, event: id })),
  ])
  database.announce(jobTopic, job)
}

const knownRow = z.object({ id: eventId, verdict: z.enum(verdictWords).nullable() })

/** What is stored of these already, and what the bank was told, where it was decided. */
export async function findKnown(
  tx: Tx,
  ids: readonly CardEventId[],
): Promise<ReadonlyMap<CardEventId, VerdictWord | undefined>> {
  const rows = await tx.rows(knownRow, 'SELECT id, verdict FROM gate.known_card_events($1)', [ids])
  return new Map(rows.map(({ id, verdict }) => [id, verdict ?? undefined]))
}

const holdsRow = z.object({ place: bigintColumn, holds: z.boolean() })

/** For each row, whether its standing look holds at this moment. */
export async function findStanding(tx: Tx, rows: readonly Omit<EventPlace, 'id'>[]): Promise<readonly boolean[]> {
  const found = await tx.rows(holdsRow, 'SELECT place, holds FROM gate.standing_holds($1, $2) ORDER BY place', [
    rows.map(({ customer }) => customer),
    rows.map(({ institution }) => institution),
  ])
  return found.map(({ holds }) => holds)
}

const decidedRow = z.object({ id: eventId, verdict: z.enum(verdictWords) })

/** Writes verdicts where none stands yet; gives what stands then. `tooLate`: the bank was told observe, whatever stands. */
export async function decideEvents(
  tx: Tx,
  decided: readonly { readonly id: CardEventId; readonly verdict: VerdictWord }[],
  tooLate = false,
): Promise<ReadonlyMap<CardEventId, VerdictWord>> {
  const rows = await tx.rows(decidedRow, 'SELECT id, verdict FROM gate.decide_card_events($1, $2, $3)', [
    decided.map(({ id }) => id),
    decided.map(({ verdict }) => verdict),
    tooLate,
  ])
  return new Map(rows.map(({ id, verdict }) => [id, verdict]))
}

const eventRow = z.object({
  seq: bigintColumn,
  id: eventId,
  verdict: z.enum(verdictWords).nullable(),
  received_at: instantColumn,
  sealed: bytesColumn,
})

/** A row of the event log as it was read. */
export type EventRow = z.infer<typeof eventRow>

/** Which of a customer's events: those named, or those after a place in the log. */
export type EventChoice = { readonly ids: readonly CardEventId[] } | { readonly after: bigint; readonly limit: number }

/** A customer's events, oldest first; under this hour's standing look, or under the ticket of a look of its own. */
export async function readEvents(
  tx: Tx,
  of: Omit<EventPlace, 'id'> & { readonly ticket?: bigint },
  choice: EventChoice,
): Promise<readonly EventRow[]> {
  const [ids, after, limit] = 'ids' in choice ? [choice.ids, 0n, choice.ids.length] : [null, choice.after, choice.limit]
  return await tx.rows(
    eventRow,
    'SELECT seq, id, verdict, received_at, sealed FROM gate.card_events($1, $2, $3, $4, $5, $6)',
    [of.ticket ?? null, of.customer, of.institution, ids, after, limit],
  )
}

const sweptRow = z.object({ swept: bigintColumn })

/** Rows thrown away in one sweep at most. */
const sweepMax = 20_000

/** Throws away events that are too old or whose leave ended, and the standing looks of hours gone by. Login `parley_fraud`. */
export async function sweepCardEvents(tx: Tx): Promise<number> {
  const { swept } = await tx.one(sweptRow, 'SELECT vault.sweep_card_events($1) AS swept', [sweepMax])
  return Number(swept)
}
