import { z } from 'zod'
import type { Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** A live session, by a name that opens nothing. */
export type ListedSession = {
  readonly handle: string
  readonly login: string
  readonly role: string
  readonly since: Instant
  readonly until: Instant
  readonly isOwn: boolean
  readonly isThis: boolean
}

const listedRow = z
  .object({
    handle: z.string(),
    login: z.string(),
    role: z.string(),
    since: instantColumn,
    until: instantColumn,
    is_own: z.boolean(),
    is_this: z.boolean(),
  })
  .transform(({ is_own: isOwn, is_this: isThis, ...row }): ListedSession => ({ ...row, isOwn, isThis }))

/** One's own live sessions, and for an operator those of their banks' people. */
export async function listSessions(tx: Tx, session: { readonly hash: Buffer }): Promise<readonly ListedSession[]> {
  return await tx.rows(
    listedRow,
    'SELECT handle, login, role, since, until, is_own, is_this FROM staff.list_sessions($1)',
    [session.hash],
  )
}

/** Ends one of those, or (undefined) all of one's own but this one; gives how many. */
export async function endListed(
  tx: Tx,
  session: { readonly hash: Buffer },
  handle: string | undefined,
): Promise<number> {
  const row = await tx.one(z.object({ ended: z.number() }), 'SELECT staff.end_sessions($1, $2) AS ended', [
    session.hash,
    handle ?? null,
  ])
  return row.ended
}
