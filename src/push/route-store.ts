import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Id, Instant } from '../kernel/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** One browser that is told of questions. */
export type PushRouteId = Id<'pushRoute'>

/** Whether a text has the form of one. */
export function isPushRouteId(text: string): text is PushRouteId {
  return isUuid(text)
}

const idRow = z.object({ id: z.string().refine(isPushRouteId) })

/** Where a route leads from. */
export type RoutePlace = { readonly id: PushRouteId; readonly conversation: ConversationId }

/** The browsers that are told of a conversation's questions, while there is leave. Login `parley_fraud`. */
async function listFor(tx: Tx, conversation: ConversationId): Promise<readonly PushRouteId[]> {
  const rows = await tx.rows(
    idRow,
    `SELECT p.id::text FROM alerts.push_route p WHERE p.conversation = $1 ORDER BY p.added_at LIMIT ${routesMax}`,
    [conversation],
  )
  return rows.map(({ id }) => id)
}

/** One browser's sealed address; undefined when it is gone, or there is no leave now. Login `parley_fraud`. */
async function load(tx: Tx, { id, conversation }: RoutePlace): Promise<Uint8Array | undefined> {
  const row = await tx.maybe(
    z.object({ sealed: bytesColumn }),
    'SELECT p.sealed FROM alerts.push_route p WHERE p.id = $1 AND p.conversation = $2',
    [id, conversation],
  )
  return row?.sealed
}

/** A push service took a push for it. Login `parley_fraud`. */
async function noteUsed(tx: Tx, { id, conversation }: RoutePlace): Promise<void> {
  await tx.run('UPDATE alerts.push_route SET used_at = clock_timestamp() WHERE id = $1 AND conversation = $2', [
    id,
    conversation,
  ])
}

/** Its push service does not know it any more. Login `parley_fraud`. */
async function forget(tx: Tx, { id, conversation }: RoutePlace): Promise<void> {
  await tx.run('DELETE FROM alerts.push_route WHERE id = $1 AND conversation = $2', [id, conversation])
}

const sweptMax = 5_000

/** Takes away those that have no leave any more, or were of no use for ninety days; gives how many. Login `parley_revoker`, which sees no others. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM alerts.push_route WHERE (id, conversation) IN
       (SELECT p.id, p.conversation FROM alerts.push_route p LIMIT ${sweptMax})`,
  )
}

/** Routes for whoever sends ({@link sweep}: for whoever follows endings). */
export const pushRoutes = { listFor, load, noteUsed, forget, sweep } as const

/** Browsers of one customer: more than anybody has, and an end for somebody who adds them by a program. */
export const routesMax = 5

/** A browser as its customer's page lists it. */
export type ListedRoute = {
  readonly id: PushRouteId
  readonly addedAt: Instant
  /** When it was last told of something. */
  readonly usedAt: Instant | undefined
}

const listedRow = z
  .object({ id: z.string().refine(isPushRouteId), added_at: instantColumn, used_at: instantColumn.nullable() })
  .transform(({ id, added_at: addedAt, used_at: usedAt }): ListedRoute => ({
    id,
    addedAt,
    usedAt: usedAt ?? undefined,
  }))

/** A customer's browsers, those added first first. */
function listOwn(tx: Tx, customer: CustomerId): Promise<readonly ListedRoute[]> {
  return tx.rows(
    listedRow,
    `SELECT p.id::text, min(p.added_at) AS added_at, max(p.used_at) AS used_at FROM alerts.push_route p WHERE p.customer = $1
     GROUP BY p.id ORDER BY 2`,
    [customer],
  )
}

/** Of one customer one thing at a time, until the transaction ends: five stay five. */
async function lockOwn(tx: Tx, customer: CustomerId): Promise<void> {
  await tx.run(`SELECT pg_advisory_xact_lock(hashtextextended('alerts.push_route|' || $1, 0))`, [customer])
}

/** The browser is told already: it makes place for its own new row. */
async function dropSame(tx: Tx, conversation: ConversationId, hash: Uint8Array): Promise<void> {
  await tx.run('DELETE FROM alerts.push_route WHERE conversation = $1 AND endpoint_hash = $2', [conversation, hash])
}

type NewRoute = RoutePlace & {
  readonly customer: CustomerId
  readonly hash: Uint8Array
  readonly sealed: Uint8Array
}

/** Keeps one. Only while there is leave: else the row policy refuses (42501). */
async function add(tx: Tx, { id, conversation, customer, hash, sealed }: NewRoute): Promise<void> {
  await tx.run(
    'INSERT INTO alerts.push_route (id, conversation, customer, endpoint_hash, sealed) VALUES ($1, $2, $3, $4, $5)',
    [id, conversation, customer, hash, sealed],
  )
}

/** Takes a customer's browser away; whether it was there. */
async function removeOwn(tx: Tx, customer: CustomerId, id: PushRouteId): Promise<boolean> {
  return (await tx.run('DELETE FROM alerts.push_route WHERE customer = $1 AND id = $2', [customer, id])) > 0
}

/** The same for the customer's own pages. Login `parley_consent`, which cannot read an address. */
export const ownRoutes = { list: listOwn, lock: lockOwn, dropSame, add, remove: removeOwn } as const
