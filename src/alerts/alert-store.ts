import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, Instant } from '../kernel/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { alertStates, fraudAlertId } from './fraud-alert.ts'
import type { FraudAlert, FraudAlertId } from './fraud-alert.ts'

/** An alert as its row says now: what decisions rest on, and whose it is, where it is asked, what it is about. */
export type StoredAlert = {
  readonly alert: FraudAlert
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly conversation: ConversationId
  /** Ids of events in the log of card events; the first began it. */
  readonly events: readonly string[]
  readonly cardHash: Uint8Array
  readonly merchantHash: Uint8Array
  /** Whether a message with the question may still be on its way. */
  readonly message: string | undefined
  readonly askedAt: Instant | undefined
  readonly frozenAt: Instant | undefined
  readonly caseNumber: string | undefined
  /** By when a person should have looked. */
  readonly answerBy: Instant | undefined
  /** A dispute is written and waits to be sent, or was sent. */
  readonly dispute: 'drafted' | 'sent' | undefined
  readonly openedAt: Instant
}

const row = z
  .object({
    id: fraudAlertId,
    customer: uuidColumn<CustomerId>(),
    institution: z.string().refine(isInstitutionId),
    conversation: uuidColumn<ConversationId>(),
    origin: z.enum(['question', 'receipt']),
    events: z.array(z.string()),
    card_hash: bytesColumn,
    merchant_hash: bytesColumn,
    declined: z.boolean(),
    state: z.enum(alertStates),
    informed: z.boolean(),
    freeze_ordered: z.boolean(),
    person_asked: z.boolean(),
    verdict: z.enum(['fraud', 'genuine']).nullable(),
    due_at: instantColumn.nullable(),
    message: z.string().nullable(),
    asked_at: instantColumn.nullable(),
    frozen_at: instantColumn.nullable(),
    case_number: z.string().nullable(),
    answer_by: instantColumn.nullable(),
    drafted_at: instantColumn.nullable(),
    disputed_at: instantColumn.nullable(),
    opened_at: instantColumn,
  })
  .transform((at): StoredAlert => ({
    alert: {
      id: at.id,
      origin: at.origin,
      declined: at.declined,
      state: at.state,
      informed: at.informed,
      freezeOrdered: at.freeze_ordered,
      personAsked: at.person_asked,
      verdict: at.verdict ?? undefined,
      dueAt: at.due_at ?? undefined,
    },
    customer: at.customer,
    institution: at.institution,
    conversation: at.conversation,
    events: at.events,
    cardHash: at.card_hash,
    merchantHash: at.merchant_hash,
    message: at.message ?? undefined,
    askedAt: at.asked_at ?? undefined,
    frozenAt: at.frozen_at ?? undefined,
    caseNumber: at.case_number ?? undefined,
    answerBy: at.answer_by ?? undefined,
    dispute: at.disputed_at !== null ? 'sent' : at.drafted_at !== null ? 'drafted' : undefined,
    openedAt: at.opened_at,
  }))

const columns = `a.id, a.customer, a.institution, a.conversation, a.origin, a.events, a.card_hash, a.merchant_hash, a.declined, a.state,
  a.informed, a.freeze_ordered, a.person_asked, a.verdict, a.due_at, a.message::text, a.asked_at, a.frozen_at, a.case_number, a.answer_by,
  a.drafted_at, a.disputed_at, a.opened_at`

/** One alert; undefined when it is forgotten. */
function load(tx: Tx, id: FraudAlertId): Promise<StoredAlert | undefined> {
  return tx.maybe(row, `SELECT ${columns} FROM alerts.fraud_alert a WHERE a.id = $1`, [id])
}

/** The same, nobody else's until the transaction ends. */
function lock(tx: Tx, id: FraudAlertId): Promise<StoredAlert | undefined> {
  return tx.maybe(row, `SELECT ${columns} FROM alerts.fraud_alert a WHERE a.id = $1 FOR UPDATE`, [id])
}

/** The alert that this use of a card began; undefined: none. */
function findByEvent(tx: Tx, event: string): Promise<StoredAlert | undefined> {
  return tx.maybe(row, `SELECT ${columns} FROM alerts.fraud_alert a WHERE a.events[1] = $1`, [event])
}

/** Questions to a customer that wait for an answer and are about this use; locked. */
function lockOpenAbout(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly event: string },
): Promise<readonly StoredAlert[]> {
  return tx.rows(
    row,
    `SELECT ${columns} FROM alerts.fraud_alert a WHERE a.customer = $1 AND $2::uuid = ANY (a.events)
       AND a.state IN ('asked', 'reminded') ORDER BY a.id FOR UPDATE`,
    [of.customer, of.event],
  )
}

/** What a customer's page lists at once. */
const listedMax = 20

/** A customer's alerts of the last ninety days that somebody might still answer, newest first. */
function listOf(tx: Tx, customer: CustomerId): Promise<readonly StoredAlert[]> {
  return tx.rows(
    row,
    `SELECT ${columns} FROM alerts.fraud_alert a WHERE a.customer = $1 AND a.state NOT IN ('new', 'told', 'closed')
     ORDER BY a.state IN ('asked', 'reminded', 'waiting') DESC, a.opened_at DESC LIMIT ${listedMax}`,
    [customer],
  )
}

/** Questions about one card of a customer's that nobody answered yet; locked. */
function lockUnanswered(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly cardHash: Uint8Array; readonly not: FraudAlertId },
): Promise<readonly StoredAlert[]> {
  return tx.rows(
    row,
    `SELECT ${columns} FROM alerts.fraud_alert a WHERE a.customer = $1 AND a.card_hash = $2 AND a.id <> $3
       AND a.state IN ('waiting', 'asked', 'reminded') ORDER BY a.id FOR UPDATE`,
    [of.customer, of.cardHash, of.not],
  )
}

/** Questions of a customer that wait, and freezes under way: what a further use may belong to. Newest first. */
function listCurrent(tx: Tx, customer: CustomerId, institution: InstitutionId): Promise<readonly StoredAlert[]> {
  return tx.rows(
    row,
    `SELECT ${columns} FROM alerts.fraud_alert a WHERE a.customer = $1 AND a.institution = $2 AND a.origin = 'question'
       AND a.state IN ('waiting', 'asked', 'reminded', 'protecting') ORDER BY a.opened_at DESC LIMIT ${listedMax}`,
    [customer, institution],
  )
}

/** A new alert as it is stored. */
export type NewAlert = Pick<
  StoredAlert,
  'alert' | 'customer' | 'institution' | 'conversation' | 'events' | 'cardHash' | 'merchantHash'
>

/** Keeps a new alert; false when this use began one before. Only while there is leave: else the row policy refuses (42501). */
async function add(tx: Tx, { alert, ...of }: NewAlert): Promise<boolean> {
  const added = await tx.run(
    `INSERT INTO alerts.fraud_alert (id, customer, institution, conversation, origin, events, card_hash, merchant_hash, declined, state)
     VALUES ($1, $2, $3, $4, $5, $6::uuid[], $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
    [
      alert.id,
      of.customer,
      of.institution,
      of.conversation,
      alert.origin,
      of.events,
      of.cardHash,
      of.merchantHash,
      alert.declined,
      alert.state,
    ],
  )
  return added === 1
}

/** Uses that one alert is about at most; further ones are left to the page of the bank. */
const eventsMax = 50

/** Another use belongs to an alert that there is: the same card, the same matter. Nobody has seen it yet. */
async function addEvent(tx: Tx, id: FraudAlertId, event: string): Promise<void> {
  await tx.run(
    `UPDATE alerts.fraud_alert SET events = events || $2::uuid, informed = false WHERE id = $1 AND NOT $2::uuid = ANY (events)
       AND cardinality(events) < ${eventsMax}`,
    [id, event],
  )
}

/** The same of a use that the customer has just been shown and spoke of. */
async function addSeenEvent(tx: Tx, id: FraudAlertId, event: string): Promise<void> {
  await tx.run(
    `UPDATE alerts.fraud_alert SET events = events || $2::uuid WHERE id = $1 AND NOT $2::uuid = ANY (events)
       AND cardinality(events) < ${eventsMax}`,
    [id, event],
  )
}

/** Writes what a step made of an alert that is locked. */
async function save(tx: Tx, alert: FraudAlert): Promise<void> {
  await tx.run(
    `UPDATE alerts.fraud_alert SET state = $2, informed = $3, freeze_ordered = $4, person_asked = $5, verdict = $6,
       due_at = to_timestamp($7::float8 / 1000), changed_at = clock_timestamp(),
       frozen_at = CASE WHEN $2 = 'protected' THEN coalesce(frozen_at, clock_timestamp()) ELSE frozen_at END
     WHERE id = $1`,
    [
      alert.id,
      alert.state,
      alert.informed,
      alert.freezeOrdered,
      alert.personAsked,
      alert.verdict ?? null,
      alert.dueAt ?? null,
    ],
  )
}

/** A question is on its way, in this message. */
async function noteAsked(tx: Tx, id: FraudAlertId, message: string): Promise<void> {
  await tx.run(
    'UPDATE alerts.fraud_alert SET message = $2, asked_at = coalesce(asked_at, clock_timestamp()) WHERE id = $1',
    [id, message],
  )
}

/** A dispute is written for the customer to send. */
async function noteDraft(tx: Tx, id: FraudAlertId): Promise<void> {
  await tx.run('UPDATE alerts.fraud_alert SET drafted_at = coalesce(drafted_at, clock_timestamp()) WHERE id = $1', [id])
}

/** The customer sends it; false when it was sent before, or none was written. */
async function noteDispute(tx: Tx, id: FraudAlertId): Promise<boolean> {
  const sent = await tx.run(
    'UPDATE alerts.fraud_alert SET disputed_at = clock_timestamp() WHERE id = $1 AND drafted_at IS NOT NULL AND disputed_at IS NULL',
    [id],
  )
  return sent === 1
}

/** A person has it: the case's number, and by when somebody should have looked where somebody works at a desk. */
async function noteCase(
  tx: Tx,
  id: FraudAlertId,
  { number, answerBy }: { readonly number: string | undefined; readonly answerBy: Instant | undefined },
): Promise<void> {
  await tx.run(
    `UPDATE alerts.fraud_alert SET case_number = coalesce($2, case_number),
       answer_by = coalesce(to_timestamp($3::float8 / 1000), answer_by) WHERE id = $1`,
    [id, number ?? null, answerBy ?? null],
  )
}

/** Drops a message that nobody was sent yet. */
async function withdraw(tx: Tx, { message, conversation }: StoredAlert): Promise<void> {
  if (message !== undefined) await tx.run('SELECT platform.withdraw($1, $2)', [message, conversation])
}

/** The time that decides: the database's. */
async function now(tx: Tx): Promise<Instant> {
  return (await tx.one(z.object({ now: instantColumn }), 'SELECT clock_timestamp() AS now')).now
}

const sweptMax = 5_000

/** Forgets alerts that nothing happened to for ninety days; gives how many. For a sweeper. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM alerts.fraud_alert WHERE ctid = ANY (ARRAY(SELECT ctid FROM alerts.fraud_alert
       WHERE changed_at < clock_timestamp() - interval '90 days' LIMIT ${sweptMax}))`,
  )
}

/** Alerts as they are stored. Login `parley_fraud`; what is locked stays so until the caller's transaction ends. */
export const alertStore = {
  load,
  lock,
  findByEvent,
  lockOpenAbout,
  listOf,
  lockUnanswered,
  listCurrent,
  add,
  addEvent,
  addSeenEvent,
  save,
  noteAsked,
  noteCase,
  noteDraft,
  noteDispute,
  withdraw,
  now,
  sweep,
} as const
