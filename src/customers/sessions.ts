import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { CustomerId } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'

/** What a browser session is for; each has a cookie of its own, because cookies of one host reach every port of it. */
export type SessionKind = 'link' | 'sealed' | 'me'

/** A session as the server knows it; `hash` names it in other tables and binds challenges to it. */
export type BrowserSession = {
  readonly hash: Buffer
  readonly kind: SessionKind
  /** Undefined before a passkey has signed in. */
  readonly customer: CustomerId | undefined
}

/** How long a person has to link a bank, the visit to the bank included. */
const sessionSeconds: { readonly [Kind in SessionKind]: number } = { link: 3_600, sealed: 600, me: 900 }

/**
 * Name and attributes of a session's cookie (Secure and HttpOnly besides). `__Host-` ties it to this host and path `/`; Lax for linking, because the
 * way back from a bank is another site's navigation; Strict for what shows or rules data.
 */
export function sessionCookie(kind: SessionKind): {
  readonly name: string
  readonly sameSite: 'Lax' | 'Strict'
  readonly secondsMax: number
} {
  return {
    name: `__Host-parley-${kind}`,
    sameSite: kind === 'link' ? 'Lax' : 'Strict',
    secondsMax: sessionSeconds[kind],
  }
}

/** Starts a session and gives the cookie's value; only its hash is kept. */
export async function startSession(
  deps: { readonly random: Random },
  tx: Tx,
  session: { readonly kind: SessionKind; readonly customer?: CustomerId },
): Promise<{ readonly value: string; readonly hash: Buffer }> {
  const value = Buffer.from(deps.random.bytes(32)).toString('base64url')
  const hash = hashSession(value)
  await tx.run(
    `INSERT INTO customers.session (id_hash, kind, customer, expires_at)
     VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))`,
    [hash, session.kind, session.customer ?? null, sessionSeconds[session.kind]],
  )
  return { value, hash }
}

/** The live session of a cookie; undefined for none, an ended one, or one of another kind. */
export async function findSession(
  tx: Tx,
  kind: SessionKind,
  value: string | undefined,
): Promise<BrowserSession | undefined> {
  if (value === undefined || !/^[A-Za-z0-9_-]{43}$/.test(value)) return undefined
  const hash = hashSession(value)
  const row = await tx.maybe(
    z.object({
      customer: z
        .uuid()
        .transform((id) => id as CustomerId)
        .nullable(),
    }),
    `SELECT s.customer FROM customers.session s
     WHERE s.id_hash = $1 AND s.kind = $2 AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()`,
    [hash, kind],
  )
  return row === undefined ? undefined : { hash, kind, customer: row.customer ?? undefined }
}

/** After each assertion: the old session ends and a new id stands for the customer (threat row 5, fixation). */
export async function rotateSession(
  deps: { readonly random: Random },
  tx: Tx,
  old: BrowserSession,
  customer: CustomerId,
): Promise<{ readonly value: string; readonly hash: Buffer }> {
  await endSession(tx, old)
  return startSession(deps, tx, { kind: old.kind, customer })
}

/** Ends a session. */
export async function endSession(tx: Tx, session: BrowserSession): Promise<void> {
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
