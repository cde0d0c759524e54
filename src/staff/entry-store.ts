import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { StaffId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { staffId } from './members-store.ts'

/** From leaving for the provider until coming back: a password, a second factor, a telephone that lies elsewhere. */
export const entrySeconds = 600

/** What a provider's answer must fit. */
export type Entry = { readonly state: string; readonly nonce: string; readonly verifier: string }

/** Writes a begun sign-in down under the hash of its cookie. */
export async function keepEntry(tx: Tx, cookie: string, entry: Entry): Promise<void> {
  await tx.run(
    `INSERT INTO staff.entry (id_hash, state, nonce, verifier, expires_at)
     VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))`,
    [hashOf(cookie), entry.state, entry.nonce, entry.verifier, entrySeconds],
  )
}

const entryRow = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() })

/** Takes a begun sign-in, once; undefined when there is none (any more). */
export async function takeEntry(tx: Tx, cookie: string): Promise<Entry | undefined> {
  return await tx.maybe(
    entryRow,
    `UPDATE staff.entry SET used_at = clock_timestamp()
     WHERE id_hash = $1 AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING state, nonce, verifier`,
    [hashOf(cookie)],
  )
}

/** Forgets sign-ins that nobody came back from; gives how many. For a sweeper. */
export async function sweepEntries(tx: Tx): Promise<number> {
  return await tx.run('DELETE FROM staff.entry WHERE expires_at < statement_timestamp()')
}

/** Whose this account is; one that is nobody's yet becomes that of the member of this login, once. */
export async function memberOfIdentity(
  tx: Tx,
  identity: { readonly issuer: string; readonly subject: string; readonly login: string | undefined },
): Promise<StaffId | undefined> {
  const row = await tx.one(z.object({ id: staffId.nullable() }), 'SELECT staff.member_of_identity($1, $2, $3) AS id', [
    identity.issuer,
    identity.subject,
    identity.login ?? null,
  ])
  return row.id ?? undefined
}

function hashOf(cookie: string): Buffer {
  return createHash('sha256').update(cookie, 'utf8').digest()
}
