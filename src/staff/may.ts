import type { StaffRole } from './staff-member.ts'

const everybody = ['operator', 'analyst', 'agent', 'auditor', 'platform'] as const

/**
 * Who may do what, once for every page: a role that is not named may not. The database asks again, with row policies and functions that
 * resolve the session themselves; this table decides what is offered and what is answered with 403.
 * `platform` is a messenger's operator: noisy totals, and nothing else (P8).
 */
const rolesFor = {
  'own-sessions': everybody,
  // Acts that wait for a passkey; which of them, the act itself and the database say.
  'sign-acts': ['operator', 'analyst', 'agent', 'auditor'],
  'serve-customers': ['agent'],
  'see-cases': ['agent', 'analyst', 'operator'],
  'decide-cases': ['analyst', 'operator'],
  'see-rules': ['analyst', 'operator', 'auditor'],
  'change-rules': ['analyst', 'operator'],
  'see-cutoffs': ['operator', 'analyst', 'agent', 'auditor'],
  'cut-off': ['operator'],
  'see-overview': ['operator', 'analyst', 'auditor'],
  'see-connectors': ['operator', 'auditor'],
  'see-consents': ['operator', 'auditor'],
  'see-models': ['analyst', 'operator', 'auditor'],
  'see-audit': ['auditor', 'operator'],
  'see-configuration': ['operator', 'auditor'],
  'see-incidents': ['operator', 'analyst', 'auditor'],
  'handle-incidents': ['operator'],
  'end-sessions': ['operator'],
  'see-statistics': ['platform', 'operator', 'auditor'],
} as const satisfies Record<string, readonly StaffRole[]>

/** Something that a role may do or not. */
export type StaffAction = keyof typeof rolesFor

/** Whether somebody of this role may do this at all; for which banks is the database's question. */
export function may(role: StaffRole, action: StaffAction): boolean {
  const roles: readonly StaffRole[] = rolesFor[action]
  return roles.includes(role)
}
