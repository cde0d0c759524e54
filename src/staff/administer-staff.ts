import { refusal, success } from '../kernel/index.ts'
import type { Outcome, PlatformName, StaffId } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { insertMember, listEnrolled, listMembers, removeMember } from './members-store.ts'
import { hashOneTimeCode, makeOneTimeCode } from './one-time-code.ts'
import { isStaffLogin } from './staff-member.ts'
import type { StaffMember, StaffRole } from './staff-member.ts'

/** How long a one-time code waits to be used. */
const codeHoursDefault = 48

/** Somebody whom an administrator adds. Without a code one is made. */
export type WantedMember = {
  readonly login: string
  readonly role: StaffRole
  readonly institutions: readonly string[] | undefined
  /** The messenger whose totals they see: of role `platform` alone. */
  readonly platform?: PlatformName | undefined
  readonly code?: string
  readonly hours?: number
}

/** Somebody who was added: the code is told once and kept nowhere. */
export type AddedMember = {
  readonly id: StaffId
  readonly login: string
  readonly code: string
  readonly hours: number
}

/** Adds somebody, or gives a fresh code to somebody who has no passkey yet. Login `parley_staff`. */
async function add(
  deps: { readonly random: Random },
  tx: Tx,
  wanted: WantedMember,
): Promise<Outcome<AddedMember, 'staff/login-taken'>> {
  const { login, role, institutions, platform, code = makeOneTimeCode(deps.random), hours = codeHoursDefault } = wanted
  const id = await insertMember(tx, {
    login,
    role,
    institutions,
    platform,
    codeHash: hashOneTimeCode(login, code),
    hours,
  })
  return id === undefined ? refusal('staff/login-taken') : success({ id, login, code, hours })
}

/** Everybody who has not left, and whether they have a passkey yet. */
async function list(tx: Tx): Promise<readonly (StaffMember & { readonly enrolled: boolean })[]> {
  const [members, enrolled] = [await listMembers(tx), await listEnrolled(tx)]
  return members
    .filter(({ removedAt }) => removedAt === undefined)
    .map((member) => ({ ...member, enrolled: enrolled.has(member.id) }))
}

/** What `parley staff` does: {@link add}, {@link list}, {@link removeMember}. */
export const staffAdministration = { add, list, remove: removeMember, isLogin: isStaffLogin } as const
