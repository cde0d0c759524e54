import type { Secret } from '../kernel/index.ts'
import type { WorkAccounts } from '../staff/index.ts'
import type { StaffPageDeps, StaffTools } from './staff-route.ts'

/** What the ways in need beside what every page of the staff does. */
export type EntryDeps = StaffPageDeps & {
  /** Where the staff's work accounts are; without one, passkeys let people in. */
  readonly work: WorkAccounts | undefined
  /** Whether a passkey alone lets somebody in. */
  readonly passkeyEntry: boolean
  /** What a SIEM shows to read what the staff did; without one nobody may. */
  readonly eventsToken: Secret<string> | undefined
}

/** What a route of these pages is given. */
export type EntryTools = StaffTools & { readonly deps: EntryDeps }
