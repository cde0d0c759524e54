import { z } from 'zod'
import type { CustomerId, Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { SessionKind } from './session-cookies.ts'

/** A live session as its customer sees it. */
export type ListedSession = {
  readonly kind: SessionKind
  readonly startedAt: Instant
  readonly endsAt: Instant
  /** `browser-system`, where it was remembered. */
  readonly browser: string | undefined
  /** Whether it is the one that asks. */
  readonly current: boolean
}

const listedRow = z.object({
  kind: z.enum(['link', 'sealed', 'me']),
  created_at: instantColumn,
  expires_at: instantColumn,
  browser: z.string().nullable(),
  current: z.boolean(),
})

/** Nobody keeps more windows open than this; the oldest beyond are not listed. */
const listedMax = 50

/** A customer's live sessions, newest first. */
export async function listSessions(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly current: Uint8Array },
): Promise<readonly ListedSession[]> {
  const rows = await tx.rows(
    listedRow,
    `SELECT s.kind, s.created_at, s.expires_at, s.browser, s.id_hash = $2 AS current FROM customers.session s
     WHERE s.customer = $1 AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
     ORDER BY s.created_at DESC LIMIT ${listedMax}`,
    [of.customer, of.current],
  )
  return rows.map(({ kind, created_at, expires_at, browser, current }) => ({
    kind,
    startedAt: created_at,
    endsAt: expires_at,
    browser: browser ?? undefined,
    current,
  }))
}

/** Ends every session of a customer's but one; gives how many. */
export function endOtherSessions(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly current: Uint8Array },
): Promise<number> {
  return tx.run(
    `UPDATE customers.session SET ended_at = clock_timestamp()
     WHERE customer = $1 AND id_hash <> $2 AND ended_at IS NULL AND expires_at > clock_timestamp()`,
    [of.customer, of.current],
  )
}

/** A fresh passkey allowed an export: how long its files can be fetched by this session. */
const exportSeconds = 300

/** Lets a session fetch the files of an export for five minutes. */
export async function allowExport(tx: Tx, session: { readonly hash: Uint8Array }): Promise<void> {
  await tx.run(
    `UPDATE customers.session SET export_until = clock_timestamp() + make_interval(secs => $2)
     WHERE id_hash = $1 AND ended_at IS NULL`,
    [session.hash, exportSeconds],
  )
}
