import type { InstitutionId, Instant } from '../kernel/index.ts'
import type { Clock, Database } from '../platform/index.ts'
import { loadInstitution } from './institutions-store.ts'
import type { Institution } from './institutions-store.ts'

/** How long a bank's row is used before it is read again: a change of configuration is at work after this. */
const freshMs = 30_000

/** Finds a bank's configuration without asking the database on every look. */
export type InstitutionDirectory = {
  find(id: InstitutionId): Promise<Institution | undefined>
}

/** Remembers rows for {@link freshMs}. Only rows that exist are remembered, so their number bounds the memory. */
export function createInstitutionDirectory(deps: {
  readonly database: Database
  readonly clock: Clock
}): InstitutionDirectory {
  const known = new Map<InstitutionId, { readonly institution: Institution; readonly readAt: Instant }>()
  return {
    async find(id) {
      const entry = known.get(id)
      if (entry !== undefined && deps.clock.now() - entry.readAt < freshMs) return entry.institution
      const institution = await loadInstitution(deps.database, id)
      if (institution === undefined) known.delete(id)
      else known.set(id, { institution, readAt: deps.clock.now() })
      return institution
    },
  }
}

/** The origins that traffic for this bank may go to: its issuer's and its API's, nothing else. */
export function originsOf(institution: Institution): readonly string[] {
  return [...new Set([new URL(institution.issuer).origin, new URL(institution.fdxUrl).origin])]
}
