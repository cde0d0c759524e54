import { z } from 'zod'
import type { StaffId } from '../kernel/index.ts'
import { bigintColumn, bytesColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { staffId } from './members-store.ts'

/** What a passkey of the staff is asked for; a challenge made for one use is worth nothing for another. */
export type StaffChallenge =
  | { readonly use: 'sign-in' }
  | { readonly use: 'enrol'; readonly member: StaffId }
  | { readonly use: 'act'; readonly member: StaffId; readonly document: string }

/** How long somebody has from the page to the fingerprint. */
export const staffChallengeSeconds = 300

/** How many bytes a challenge has. */
export const staffChallengeBytes = 32

/** Writes a challenge down, under an id of its own. */
export async function issueChallenge(
  tx: Tx,
  issued: StaffChallenge & { readonly id: string; readonly challenge: Uint8Array },
): Promise<void> {
  await tx.run(
    `INSERT INTO staff.challenge (id, challenge, use, member, document, expires_at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))`,
    [
      issued.id,
      issued.challenge,
      issued.use,
      issued.use === 'sign-in' ? null : issued.member,
      issued.use === 'act' ? issued.document : null,
      staffChallengeSeconds,
    ],
  )
}

/** Takes a challenge: true once; false when it is unknown, for something or somebody else, used or too old. */
export async function takeChallenge(
  tx: Tx,
  taken: { readonly challenge: Uint8Array; readonly use: 'sign-in' | 'enrol'; readonly member?: StaffId },
): Promise<boolean> {
  const touched = await tx.run(
    `UPDATE staff.challenge c SET used_at = clock_timestamp()
     WHERE c.challenge = $1 AND c.use = $2 AND c.member IS NOT DISTINCT FROM $3 AND c.used_at IS NULL
       AND c.expires_at > clock_timestamp()`,
    [taken.challenge, taken.use, taken.member ?? null],
  )
  return touched === 1
}

const enrolmentRow = z.object({ member: staffId, login: z.string(), challenge: bytesColumn })

/** An enrolment that was begun; undefined when it is over. */
export async function findEnrolment(tx: Tx, id: string): Promise<z.infer<typeof enrolmentRow> | undefined> {
  return await tx.maybe(
    enrolmentRow,
    `SELECT c.member, m.login, c.challenge
     FROM staff.challenge c JOIN staff.member m ON m.id = c.member AND m.removed_at IS NULL
     WHERE c.id = $1 AND c.use = 'enrol' AND c.used_at IS NULL AND c.expires_at > clock_timestamp()`,
    [id],
  )
}

const draftRow = z.object({ document: z.string(), challenge: bytesColumn })

/** An act that waits for its signature, of this very person; undefined when there is none (any more). */
export async function findDraft(
  tx: Tx,
  draft: { readonly id: string; readonly member: StaffId },
): Promise<z.infer<typeof draftRow> | undefined> {
  return await tx.maybe(
    draftRow,
    `SELECT c.document, c.challenge FROM staff.challenge c
     WHERE c.id = $1 AND c.use = 'act' AND c.member = $2 AND c.used_at IS NULL AND c.expires_at > clock_timestamp()`,
    [draft.id, draft.member],
  )
}

/** Takes the act: whatever comes of its signature, it can be tried once. */
export async function takeDraft(
  tx: Tx,
  draft: { readonly id: string; readonly member: StaffId; readonly challenge: Uint8Array },
): Promise<string | undefined> {
  const row = await tx.maybe(
    z.object({ document: z.string() }),
    `UPDATE staff.challenge c SET used_at = clock_timestamp()
     WHERE c.id = $1 AND c.use = 'act' AND c.member = $2 AND c.challenge = $3 AND c.used_at IS NULL
       AND c.expires_at > clock_timestamp()
     RETURNING c.document`,
    [draft.id, draft.member, draft.challenge],
  )
  return row?.document
}

/** Forgets challenges that ran out; gives how many. For a sweeper. */
export async function sweepStaffChallenges(tx: Tx): Promise<number> {
  return await tx.run('DELETE FROM staff.challenge WHERE expires_at < statement_timestamp()')
}

const passkeyRow = z.object({ member: staffId, public_key: bytesColumn, sign_count: bigintColumn })

/** A passkey of the staff, as far as checking a signature goes. */
export type StoredPasskey = z.infer<typeof passkeyRow>

/** A passkey of somebody who has not left; undefined when unknown or revoked. */
export async function findPasskey(tx: Tx, credentialId: Uint8Array): Promise<StoredPasskey | undefined> {
  return await tx.maybe(
    passkeyRow,
    `SELECT p.member, p.public_key, p.sign_count
     FROM staff.passkey p JOIN staff.member m ON m.id = p.member AND m.removed_at IS NULL
     WHERE p.credential_id = $1 AND p.revoked_at IS NULL FOR UPDATE OF p`,
    [credentialId],
  )
}

/** Remembers the authenticator's counter, so that a copy of it gives itself away. */
export async function raiseSignCount(tx: Tx, credentialId: Uint8Array, signCount: number): Promise<void> {
  await tx.run('UPDATE staff.passkey SET sign_count = $2 WHERE credential_id = $1', [credentialId, signCount])
}

/** The ids of somebody's passkeys: the browser then offers no other. */
export async function listCredentials(tx: Tx, member: StaffId): Promise<readonly Buffer[]> {
  const rows = await tx.rows(
    z.object({ credential_id: bytesColumn }),
    'SELECT p.credential_id FROM staff.passkey p WHERE p.member = $1 AND p.revoked_at IS NULL LIMIT 16',
    [member],
  )
  return rows.map(({ credential_id: id }) => id)
}
