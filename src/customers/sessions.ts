import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { CustomerId } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { readSessionCookie, sessionCookie, setSessionCookie } from './session-cookies.ts'
import type { SessionKind } from './session-cookies.ts'
import { uuidColumn } from './uuid-column.ts'

/** A session as the server knows it; `hash` names it in other tables and binds challenges to it. */
export type BrowserSession = {
  readonly hash: Buffer
  readonly kind: SessionKind
  /** Undefined before a passkey has signed in. */
  readonly customer: CustomerId | undefined
}

/** Starts a session and gives the cookie's value; only its hash is kept. */
async function startSession(
  deps: { readonly random: Random },
  tx: Tx,
  session: { readonly kind: SessionKind; readonly customer?: CustomerId },
): Promise<{ readonly value: string; readonly hash: Buffer }> {
  const value = Buffer.from(deps.random.bytes(32)).toString('base64url')
  const hash = hashSession(value)
  await tx.run(
    `INSERT INTO customers.session (id_hash, kind, customer, expires_at)
     VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))`,
    [hash, session.kind, session.customer ?? null, sessionCookie(session.kind).secondsMax],
  )
  return { value, hash }
}

/** The live session of a cookie; undefined for none, an ended one, or one of another kind. */
async function findSession(tx: Tx, kind: SessionKind, value: string | undefined): Promise<BrowserSession | undefined> {
  if (value === undefined || !/^[A-Za-z0-9_-]{43}$/.test(value)) return undefined
  const hash = hashSession(value)
  const row = await tx.maybe(
    z.object({
      customer: uuidColumn<CustomerId>().nullable(),
    }),
    `SELECT s.customer FROM customers.session s
     WHERE s.id_hash = $1 AND s.kind = $2 AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()`,
    [hash, kind],
  )
  return row === undefined ? undefined : { hash, kind, customer: row.customer ?? undefined }
}

/** After each assertion: the old session ends and a new id stands for the customer (threat row 5, fixation). */
async function rotateSession(
  deps: { readonly random: Random },
  tx: Tx,
  old: BrowserSession,
  customer: CustomerId,
): Promise<{ readonly value: string; readonly hash: Buffer }> {
  await endSession(tx, old)
  return startSession(deps, tx, { kind: old.kind, customer })
}

/** Ends a session. */
async function endSession(tx: Tx, session: BrowserSession): Promise<void> {
  await tx.run('UPDATE customers.session SET ended_at = clock_timestamp() WHERE id_hash = $1 AND ended_at IS NULL', [
    session.hash,
  ])
}

/** Forgets sessions that ran out or ended an hour ago; gives how many. For a sweeper. */
export async function sweepSessions(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM customers.session
     WHERE expires_at < clock_timestamp() OR ended_at < clock_timestamp() - interval '1 hour'`,
  )
}

function hashSession(value: string): Buffer {
  return createHash('sha256').update(value, 'utf8').digest()
}

/** Browser sessions: {@link startSession}, {@link findSession}, {@link rotateSession}, {@link endSession}, and their cookies. */
export const sessions = {
  start: startSession,
  find: findSession,
  rotate: rotateSession,
  end: endSession,
  readCookie: readSessionCookie,
  setCookie: setSessionCookie,
} as const

export type { SessionKind }
