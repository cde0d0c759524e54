import { z } from 'zod'
import { isInstitutionId, isUuid, platformNames } from '../kernel/index.ts'
import type { InstitutionId, PlatformName, StaffId } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { staffRoles } from './staff-member.ts'
import type { StaffMember, StaffRole } from './staff-member.ts'

/** A staff's id as it comes out of the database. */
export const staffId = z.custom<StaffId>((value) => typeof value === 'string' && isUuid(value))

const memberRow = z
  .object({
    id: staffId,
    login: z.string(),
    role: z.enum(staffRoles),
    institutions: z
      .array(z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)))
      .nullable(),
    platform: z.enum(platformNames).nullable(),
    removed_at: instantColumn.nullable(),
  })
  .transform((row): StaffMember => ({
    id: row.id,
    login: row.login,
    role: row.role,
    institutions: row.institutions ?? undefined,
    platform: row.platform ?? undefined,
    removedAt: row.removed_at ?? undefined,
  }))

/** An installation has some dozens of people; the command line names at most so many. */
const membersMax = 1_000

/** Everybody, those who left included: what they did still names them. Login `parley_staff`. */
export async function listMembers(tx: Tx): Promise<readonly StaffMember[]> {
  return await tx.rows(
    memberRow,
    `SELECT m.id, m.login, m.role, m.institutions, m.platform, m.removed_at FROM staff.member m
     ORDER BY m.removed_at IS NOT NULL, m.login, m.added_at DESC LIMIT ${membersMax}`,
  )
}

/** Who has a passkey by now; `parley staff list` says it. */
export async function listEnrolled(tx: Tx): Promise<ReadonlySet<StaffId>> {
  const rows = await tx.rows(
    z.object({ member: staffId }),
    'SELECT DISTINCT p.member FROM staff.passkey p WHERE p.revoked_at IS NULL',
  )
  return new Set(rows.map(({ member }) => member))
}

/** Somebody who has not left. */
export async function findMember(tx: Tx, id: StaffId): Promise<StaffMember | undefined> {
  return await tx.maybe(
    memberRow,
    `SELECT m.id, m.login, m.role, m.institutions, m.platform, m.removed_at FROM staff.member m WHERE m.id = $1 AND m.removed_at IS NULL`,
    [id],
  )
}

/** Whose live session a hash is of. Logins `parley_console` and `parley_statistics`. */
export async function findSessionMember(tx: Tx, session: Uint8Array): Promise<StaffMember | undefined> {
  return await tx.maybe(
    memberRow,
    'SELECT id, login, role, institutions, platform, NULL::timestamptz AS removed_at FROM staff.session_member($1)',
    [session],
  )
}

/** Somebody to add, with the hash of their one-time code and how long it can be used. */
export type NewMember = {
  readonly login: string
  readonly role: StaffRole
  readonly institutions: readonly string[] | undefined
  readonly platform: PlatformName | undefined
  readonly codeHash: Uint8Array
  readonly hours: number
}

/**
 * Adds somebody, or gives a fresh code to somebody who has no passkey yet. Undefined: the login is taken by somebody who
 * has one, or who has another role or other banks. SQLSTATE 23503: no such bank. Login `parley_staff`.
 */
export async function insertMember(tx: Tx, member: NewMember): Promise<StaffId | undefined> {
  const { login, role, institutions, platform, codeHash, hours } = member
  const row = await tx.one(
    z.object({ id: staffId.nullable() }),
    'SELECT staff.add_member($1, $2, $3, $4, $5, $6) AS id',
    [login, role, institutions === undefined ? null : [...institutions], platform ?? null, codeHash, hours],
  )
  return row.id ?? undefined
}

/** Ends somebody's passkeys, sessions and codes; false when there is nobody of that login. Login `parley_staff`. */
export async function removeMember(tx: Tx, login: string): Promise<boolean> {
  const row = await tx.one(z.object({ removed: z.boolean() }), 'SELECT staff.remove_member($1) AS removed', [login])
  return row.removed
}
