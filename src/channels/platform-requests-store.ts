import { z } from 'zod'
import { type ConversationId, type Instant, isUuid, type Id } from '../kernel/index.ts'
import { type Tx, addJob, bytesColumn, instantColumn } from '../platform/index.ts'
import { ids } from './id-columns.ts'

/** What the person is shown to ask again with, and the id of the receipt. */
export type RequestCode = Id<'platform-request'>
/** What a messenger can ask for about a person. */
export type RequestKind = 'deauthorize' | 'data-deletion'

export const requestKinds = ['deauthorize', 'data-deletion'] as const satisfies readonly RequestKind[]
export const requestCode = z.custom<RequestCode>((value) => typeof value === 'string' && isUuid(value))

/** Carries out a request whose person is known, or known to be nobody; payload `{ code }`. `revocation` handles it. */
export const carryOutJob = 'revocation.platform-request'
/** Finds out who is meant; payload `{ code }`. Login `parley_channel`. */
export const findPersonJob = 'channels.find-person'

/** A request as it is accepted. `conversation`: where the id was known already. */
export type NewPlatformRequest = {
  readonly code: RequestCode
  readonly kind: RequestKind
  readonly requestHash: Uint8Array
  readonly userHash: Uint8Array
  readonly userSealed: Uint8Array
  /** Seconds since 1970, by the messenger's clock. */
  readonly issuedAt: number
}

const codeShape = z.object({ code: requestCode })

/**
 * A request is taken for a day, so that one that was held up still counts, and one that leaked long ago does not. Within the
 * day the same request is taken once.
 */
const freshSeconds = 24 * 3_600
/** How far the messenger's clock may be ahead of ours. */
const aheadSecondsMax = 300

const freshShape = z.object({ fresh: z.boolean() })

/**
 * Stores a request once and queues what follows from it, in the caller's transaction. The same request again gives the code of
 * the first time and does nothing. Undefined, and nothing done: it was issued too long ago, or in a time to come.
 */
export async function acceptRequest(tx: Tx, request: NewPlatformRequest): Promise<RequestCode | undefined> {
  const { fresh } = await tx.one(
    freshShape,
    `SELECT to_timestamp($1) BETWEEN clock_timestamp() - $2 * interval '1 second'
       AND clock_timestamp() + $3 * interval '1 second' AS fresh`,
    [request.issuedAt, freshSeconds, aheadSecondsMax],
  )
  return fresh ? await storeRequest(tx, request) : undefined
}

async function storeRequest(tx: Tx, request: NewPlatformRequest): Promise<RequestCode> {
  const { code, kind, requestHash, userHash, userSealed, issuedAt } = request
  const conversation = await findMapped(tx, userHash)
  const added = await tx.run(
    `INSERT INTO channels.platform_request
       (code, channel, kind, request_hash, user_hash, user_sealed, issued_at, conversation)
     VALUES ($1, 'messenger', $2, $3, $4, $5, to_timestamp($6), $7) ON CONFLICT (kind, request_hash) DO NOTHING`,
    [code, kind, requestHash, userHash, userSealed, issuedAt, conversation ?? null],
  )
  if (added === 0) return await findCode(tx, kind, requestHash)
  await queueRequest(tx, conversation === undefined ? findPersonJob : carryOutJob, code)
  return code
}

async function findCode(tx: Tx, kind: RequestKind, requestHash: Uint8Array): Promise<RequestCode> {
  const row = await tx.one(
    codeShape,
    'SELECT code FROM channels.platform_request WHERE kind = $1 AND request_hash = $2',
    [kind, requestHash],
  )
  return row.code
}

async function queueRequest(tx: Tx, kind: typeof carryOutJob | typeof findPersonJob, code: RequestCode): Promise<void> {
  // Before messages: whoever leaves has said stop.
  await addJob(tx, { kind, key: `platform-request:${code}`, payload: { code }, priority: 0 })
}

const conversationShape = z.object({ conversation: ids.conversation })

/** The conversation whose person has this id at the messenger's login, by its keyed hash. */
export async function findMapped(tx: Tx, userHash: Uint8Array): Promise<ConversationId | undefined> {
  const row = await tx.maybe(
    conversationShape,
    'SELECT conversation FROM channels.app_scoped_id WHERE id_hash = $1 LIMIT 1',
    [userHash],
  )
  return row?.conversation
}

const waitingShape = z.object({ user_sealed: bytesColumn.nullable(), age_ms: z.number() })

/** What is needed to find out who is meant; undefined when that is over. */
export async function loadUnknown(
  tx: Tx,
  code: RequestCode,
): Promise<{ readonly userSealed: Buffer; readonly ageMs: number } | undefined> {
  const row = await tx.maybe(
    waitingShape,
    `SELECT user_sealed, (extract(epoch FROM clock_timestamp() - received_at) * 1000)::float8 AS age_ms
     FROM channels.platform_request WHERE code = $1 AND done_at IS NULL AND conversation IS NULL`,
    [code],
  )
  if (row === undefined || row.user_sealed === null) return undefined
  return { userSealed: row.user_sealed, ageMs: row.age_ms }
}

/** Notes who is meant, or that it is nobody we know, and queues the rest. In the transaction that ends the finding. */
export async function settlePerson(tx: Tx, code: RequestCode, conversation: ConversationId | undefined): Promise<void> {
  await tx.run('UPDATE channels.platform_request SET conversation = $2 WHERE code = $1', [code, conversation ?? null])
  await queueRequest(tx, carryOutJob, code)
}

const requestShape = z.object({
  code: requestCode,
  kind: z.enum(requestKinds),
  received_at: instantColumn,
  grants: z.number(),
  stopped_at: instantColumn.nullable(),
  deleted_at: instantColumn.nullable(),
  last_copy_at: instantColumn.nullable(),
  done_at: instantColumn.nullable(),
  outcome: z.enum(['carried-out', 'nobody']).nullable(),
})

/** A request and how far it is. */
export type PlatformRequest = {
  readonly code: RequestCode
  readonly kind: RequestKind
  readonly receivedAt: Instant
  readonly grants: number
  readonly stoppedAt: Instant | undefined
  readonly deletedAt: Instant | undefined
  /** Until when a copy of the conversation's key can exist. */
  readonly lastCopyAt: Instant | undefined
  readonly doneAt: Instant | undefined
  readonly outcome: 'carried-out' | 'nobody' | undefined
}

const requestColumns =
  'r.code, r.kind, r.received_at, r.grants, r.stopped_at, r.deleted_at, r.last_copy_at, r.done_at, r.outcome'

function requestOf(row: z.infer<typeof requestShape>): PlatformRequest {
  return {
    code: row.code,
    kind: row.kind,
    receivedAt: row.received_at,
    grants: row.grants,
    stoppedAt: row.stopped_at ?? undefined,
    deletedAt: row.deleted_at ?? undefined,
    lastCopyAt: row.last_copy_at ?? undefined,
    doneAt: row.done_at ?? undefined,
    outcome: row.outcome ?? undefined,
  }
}

/** One request, as its page shows it. Nothing in it says who. */
export async function loadRequest(tx: Tx, code: RequestCode): Promise<PlatformRequest | undefined> {
  const row = await tx.maybe(
    requestShape,
    `SELECT ${requestColumns} FROM channels.platform_request r WHERE r.code = $1`,
    [code],
  )
  return row === undefined ? undefined : requestOf(row)
}

const openShape = requestShape.extend({ conversation: ids.conversation.nullable(), customer: ids.customer.nullable() })

/** A request that is to be carried out, with whom it means; undefined once it is done. Login `parley_revoker`. */
async function loadOpen(
  tx: Tx,
  code: RequestCode,
): Promise<(PlatformRequest & Pick<z.infer<typeof openShape>, 'conversation' | 'customer'>) | undefined> {
  const row = await tx.maybe(
    openShape,
    `SELECT ${requestColumns}, r.conversation, c.customer
     FROM channels.platform_request r LEFT JOIN channels.conversation c ON c.id = r.conversation
     WHERE r.code = $1 AND r.done_at IS NULL`,
    [code],
  )
  if (row === undefined) return undefined
  return { ...requestOf(row), conversation: row.conversation, customer: row.customer }
}

/** So many grants ended by it; counted in the transaction that ended them. */
async function noteStopped(tx: Tx, code: RequestCode, grants: number): Promise<void> {
  await tx.run(
    `UPDATE channels.platform_request SET grants = grants + $2, stopped_at = coalesce(stopped_at, clock_timestamp())
     WHERE code = $1`,
    [code, grants],
  )
}

/** The conversation is deleted; in the transaction that deletes it. */
async function noteDeleted(tx: Tx, code: RequestCode): Promise<void> {
  await tx.run('UPDATE channels.platform_request SET deleted_at = clock_timestamp() WHERE code = $1', [code])
}

/** All of it is done: from here on the row says nothing about whom it meant. */
async function noteDone(
  tx: Tx,
  code: RequestCode,
  done: { readonly outcome: 'carried-out' | 'nobody'; readonly lastCopyAt?: Instant },
): Promise<void> {
  await tx.run(
    `UPDATE channels.platform_request SET done_at = clock_timestamp(), outcome = $2,
       last_copy_at = to_timestamp($3::float8 / 1000.0), user_hash = NULL, user_sealed = NULL, conversation = NULL
     WHERE code = $1`,
    [code, done.outcome, done.lastCopyAt ?? null],
  )
}

/** How long the page of a request can be read. */
export const requestKeptDays = 400
const sweptMax = 1_000

/** Forgets requests that were done long ago. Login `parley_channel`. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM channels.platform_request WHERE code IN (
       SELECT code FROM channels.platform_request
       WHERE received_at < statement_timestamp() - make_interval(days => $1) AND done_at IS NOT NULL
       ORDER BY received_at LIMIT $2)`,
    [requestKeptDays, sweptMax],
  )
}

/** What is written about a request while it is carried out; login `parley_revoker`. */
export const requestNotes = { loadOpen, stopped: noteStopped, deleted: noteDeleted, done: noteDone }
export { sweep as sweepRequests }
