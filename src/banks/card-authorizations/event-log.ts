import { Fault } from '../../kernel/index.ts'
import type { Permit, StandingLook } from '../../consent/index.ts'
import { sqlState } from '../../platform/index.ts'
import type { Database } from '../../platform/index.ts'
import type { CardAuthorization, CardEventId, VerdictWord } from './card-authorization.ts'
import { addCardEvents, decideEvents, findKnown, findStanding, readEvents } from './card-events-store.ts'
import type { EventChoice, NewEventRow } from './card-events-store.ts'
import { gather } from './gather.ts'
import { openEvent, sealEvent } from './sealed-event.ts'

/**
 * What became of an event: `stored` by this call, on disk with its job; `known` before, with what the bank was told of it; or not
 * stored, because the standing look holds no more (`unsettled`).
 */
export type Appended =
  | { readonly is: 'stored' }
  | { readonly is: 'known'; readonly verdict: VerdictWord | undefined }
  | { readonly is: 'unsettled' }

/** An event as it was read back. */
export type LoggedEvent = {
  /** Its place in the log. */
  readonly seq: bigint
  readonly event: CardAuthorization
  readonly verdict: VerdictWord | undefined
}

/** Where card events lie. Another implementation may keep them elsewhere; what it promises stays. */
export type EventLog = {
  /** Stores an event once, sealed, with the job that follows it; resolves when that is on disk. Faults: the log cannot be reached. */
  append(look: StandingLook, event: CardAuthorization): Promise<Appended>
  /** What the bank was told of a stored event; undefined while nobody has decided. */
  verdictOf(id: CardEventId): Promise<VerdictWord | undefined>
  /** Writes down what the bank is told, on disk when this resolves; gives what stands: the first verdict does. */
  decide(id: CardEventId, verdict: VerdictWord): Promise<VerdictWord>
  /** The bank was told observe of these, since their verdicts came too late: that is what stands. */
  takeBack(ids: readonly CardEventId[]): Promise<void>
  /** A customer's events, oldest first: under this hour's standing look, or under the permit of a look of its own. */
  read(proof: StandingLook | Permit<'card-events'>, choice: EventChoice): Promise<readonly LoggedEvent[]>
}

/** The job that follows a stored event; its payload names customer, institution and event. */
const followedBy = 'alerts.card-event'

/** Events of one commit at most. */
const sharedMax = 1_000
/** Commits under way at once. */
const commitsMax = 2
/** Events that a commit must have to begin beside another one. */
const besideMin = 200
/** Events waiting for a commit at most: what can be stored within a deadline. Past it the bank is told at once to come again. */
const waitingMax = 10_000
/** How often a commit is tried in which others stored the same events, or the hour turned, meanwhile. */
const triesMax = 4

const full = (): Fault => new Fault('banks/card-events-busy', { retry: 'later' })

/** The event log in PostgreSQL: what arrives together shares a commit. Login `parley_fraud`. */
export function createPostgresEventLog(database: Database): EventLog {
  const limits = { sharedMax, runsMax: commitsMax, besideMin, waitingMax, full }
  const append = gather((rows: readonly NewEventRow[]) => appendAll(database, rows), limits)
  const decide = gather(async (decided: readonly { id: CardEventId; verdict: VerdictWord }[]) => {
    const stands = await decideEvents(database, decided)
    return decided.map(({ id }) => stands.get(id) ?? 'observe')
  }, limits)
  return {
    append(look, event) {
      const { id, customer, institution, kind, of } = event
      const sealed = sealEvent(look.key, event)
      return append({ id, customer, institution, kind, sealed, ...(of === undefined ? {} : { of }) })
    },
    verdictOf: async (id) => (await findKnown(database, [id])).get(id),
    decide: (id, verdict) => decide({ id, verdict }),
    async takeBack(ids) {
      const observed = ids.map((id) => ({ id, verdict: 'observe' as const }))
      if (ids.length > 0) await decideEvents(database, observed, true)
    },
    async read(proof, choice) {
      const { customer, institution } = proof
      const ticket = 'keys' in proof ? { ticket: proof.ticket } : {}
      const key = 'keys' in proof ? proof.keys.data : proof.key
      const rows = await readEvents(database, { customer, institution, ...ticket }, choice)
      return rows.map(({ seq, id, verdict, sealed }) => {
        const event = openEvent(key, { id, customer, institution }, sealed)
        return { seq, event, verdict: verdict ?? undefined }
      })
    },
  }
}

/**
 * Stores what can be stored of a batch, in one transaction with its jobs. Normally that is everything and one try. Where the database
 * refuses the batch, it is found out which rows were the reason, and the others are tried again.
 */
async function appendAll(database: Database, rows: readonly NewEventRow[]): Promise<readonly Appended[]> {
  const settled = new Map<NewEventRow, Appended>()
  const first = new Map<CardEventId, NewEventRow>()
  for (const row of rows) if (!first.has(row.id)) first.set(row.id, row)
  let left = [...first.values()]
  for (let tries = 1; left.length > 0; tries += 1) {
    try {
      await addCardEvents(database, left, followedBy)
      for (const row of left) settled.set(row, { is: 'stored' })
      break
    } catch (fault) {
      const state = sqlState(fault)
      if ((state !== '23505' && state !== '42501') || tries === triesMax) throw fault
      await (state === '23505' ? settleKnown(database, left, settled) : settleUnsettled(database, left, settled))
      left = left.filter((row) => !settled.has(row))
    }
  }
  return rows.map((row) => settled.get(row) ?? againOf(settled, first.get(row.id)))
}

// The same event twice in one batch: the second is a repeat of the first.
function againOf(settled: ReadonlyMap<NewEventRow, Appended>, first: NewEventRow | undefined): Appended {
  const of = first === undefined ? undefined : settled.get(first)
  return of === undefined || of.is === 'stored' ? { is: 'known', verdict: undefined } : of
}

async function settleKnown(
  database: Database,
  rows: readonly NewEventRow[],
  settled: Map<NewEventRow, Appended>,
): Promise<void> {
  const known = await findKnown(
    database,
    rows.map(({ id }) => id),
  )
  for (const row of rows) if (known.has(row.id)) settled.set(row, { is: 'known', verdict: known.get(row.id) })
}

async function settleUnsettled(
  database: Database,
  rows: readonly NewEventRow[],
  settled: Map<NewEventRow, Appended>,
): Promise<void> {
  const holds = await findStanding(database, rows)
  for (const [index, row] of rows.entries()) if (holds[index] !== true) settled.set(row, { is: 'unsettled' })
}
