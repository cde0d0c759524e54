import type { Database, Random } from '../platform/index.ts'

/** What signing in and signing need. */
export type StaffDeps = {
  /** Login `parley_console`. */
  readonly database: Database
  readonly random: Random
  /** The gateway's own relying party: staff's passkeys live at the same site as customers', and are known apart by their ids. */
  readonly party: { readonly id: string; readonly name: string; readonly origin: string }
}
