import type { InstitutionId, Instant, PlatformName, StaffId } from '../kernel/index.ts'

/** What somebody of the staff may do; one role each. */
export const staffRoles = ['operator', 'analyst', 'agent', 'auditor', 'platform'] as const
export type StaffRole = (typeof staffRoles)[number]

/** Somebody who runs Parley or looks after its customers. */
export type StaffMember = {
  readonly id: StaffId
  readonly login: string
  readonly role: StaffRole
  /** The banks whose matters they see and touch; undefined for all of them. */
  readonly institutions: readonly InstitutionId[] | undefined
  /** The messenger whose totals they see: of role `platform`, and of nobody else. */
  readonly platform: PlatformName | undefined
  readonly removedAt: Instant | undefined
}

/** Whether a bank's matters are this person's. */
export function isInScope(member: StaffMember, institution: string): boolean {
  return member.institutions === undefined || member.institutions.some((id) => id === institution)
}

/** Whether a login has the form of one: lower-case words joined by dots or hyphens, at most 40 characters. */
export function isStaffLogin(text: string): boolean {
  return /^[a-z][a-z0-9]*([.-][a-z0-9]+)*$/.test(text) && text.length <= 40
}
