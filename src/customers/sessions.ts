import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { CustomerId } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { dropSessionCookie, readSessionCookie, sessionCookie, setSessionCookie } from './session-cookies.ts'
import type { SessionKind } from './session-cookies.ts'
import { allowExport, endOtherSessions, listSessions } from './session-list-store.ts'
import { uuidColumn } from './uuid-column.ts'

/** A session as the server knows it; `hash` names it in other tables and binds challenges to it. */
export type BrowserSession = {
  readonly hash: Buffer
  readonly kind: SessionKind
  /** Undefined before a passkey has signed in. */
  readonly customer: CustomerId | undefined
  /** The zone its reader's browser named, for times of day; undefined when none was. */
  readonly timeZone: string | undefined
  /** Whether a fresh passkey has just allowed the files of an export. */
  readonly mayExport: boolean
}

/** What is remembered of a sign-in besides whose it is. */
export type SignInFacts = {
  /** The passkey that signed in: the session ends with it. */
  readonly credentialId?: Uint8Array
  /** What kind of browser it was, as `browser-system`. */
  readonly browser?: string
  readonly timeZone?: string
}

/** How long a session of the privacy centre lives without a request. */
const idleSeconds = 600

/** Starts a session and gives the cookie's value; only its hash is kept. */
async function startSession(
  deps: { readonly random: Random },
  tx: Tx,
  session: { readonly kind: SessionKind; readonly customer?: CustomerId } & SignInFacts,
): Promise<{ readonly value: string; readonly hash: Buffer }> {
  const value = Buffer.from(deps.random.bytes(32)).toString('base64url')
  const hash = hashSession(value)
  const { kind, customer, credentialId, browser, timeZone } = session
  const seconds = kind === 'me' ? idleSeconds : sessionCookie(kind).secondsMax
  await tx.run(
    `INSERT INTO customers.session (id_hash, kind, customer, expires_at, credential_id, browser, time_zone)
     VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4), $5, $6, $7)`,
    [hash, kind, customer ?? null, seconds, credentialId ?? null, browser ?? null, timeZone ?? null],
  )
  return { value, hash }
}

const sessionRow = z.object({
  customer: uuidColumn<CustomerId>().nullable(),
  time_zone: z.string().nullable(),
  may_export: z.boolean(),
})

/**
 * The live session of a cookie; undefined for none, an ended one, one of another kind, and one whose passkey was removed
 * since.
 */
async function findSession(tx: Tx, kind: SessionKind, value: string | undefined): Promise<BrowserSession | undefined> {
  if (value === undefined || !/^[A-Za-z0-9_-]{43}$/.test(value)) return undefined
  const hash = hashSession(value)
  const row = await tx.maybe(
    sessionRow,
    `SELECT s.customer, s.time_zone, coalesce(s.export_until > clock_timestamp(), false) AS may_export
     FROM customers.session s
     WHERE s.id_hash = $1 AND s.kind = $2 AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
       AND (s.credential_id IS NULL OR EXISTS (SELECT FROM customers.passkey p
         WHERE p.credential_id = s.credential_id AND p.customer = s.customer AND p.revoked_at IS NULL))`,
    [hash, kind],
  )
  if (row === undefined) return undefined
  const { customer, time_zone: timeZone, may_export: mayExport } = row
  return { hash, kind, customer: customer ?? undefined, timeZone: timeZone ?? undefined, mayExport }
}

/** A request came: a session of the privacy centre lives on, until it is idle or as old as its cookie may be. */
async function keepSession(tx: Tx, session: BrowserSession): Promise<void> {
  await tx.run(
    `UPDATE customers.session s
     SET expires_at = least(clock_timestamp() + make_interval(secs => $2), s.created_at + make_interval(secs => $3))
     WHERE s.id_hash = $1 AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
       AND s.expires_at < clock_timestamp() + make_interval(secs => $2 - 30)`,
    [session.hash, idleSeconds, sessionCookie(session.kind).secondsMax],
  )
}

/** After each assertion: the old session ends and a new id stands for the customer (threat row 5, fixation). */
async function rotateSession(
  deps: { readonly random: Random },
  tx: Tx,
  old: BrowserSession,
  { customer, ...facts }: SignInFacts & { readonly customer: CustomerId },
): Promise<{ readonly value: string; readonly hash: Buffer }> {
  await endSession(tx, old)
  return startSession(deps, tx, { kind: old.kind, customer, ...facts })
}

/** Ends a session. */
async function endSession(tx: Tx, session: Pick<BrowserSession, 'hash'>): Promise<void> {
  await tx.run('UPDATE customers.session SET ended_at = clock_timestamp() WHERE id_hash = $1 AND ended_at IS NULL', [
    session.hash,
  ])
}

/** Forgets sessions that ran out or ended an hour ago; gives how many. For a sweeper. */
async function sweepSessions(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM customers.session
     WHERE expires_at < statement_timestamp() OR ended_at < statement_timestamp() - interval '1 hour'`,
  )
}

function hashSession(value: string): Buffer {
  return createHash('sha256').update(value, 'utf8').digest()
}

/** Browser sessions: {@link startSession}, {@link findSession}, {@link rotateSession}, {@link endSession}, and their cookies. */
export const sessions = {
  start: startSession,
  find: findSession,
  keep: keepSession,
  rotate: rotateSession,
  end: endSession,
  list: listSessions,
  endOthers: endOtherSessions,
  allowExport,
  sweep: sweepSessions,
  readCookie: readSessionCookie,
  setCookie: setSessionCookie,
  dropCookie: dropSessionCookie,
} as const

export type { SessionKind }
