import type { RateLimit } from '../platform/index.ts'
import type { createLastSeen, StaffPageDeps, StaffTools } from '../staff-pages/index.ts'
import type { LiveDesk } from './live-desk.ts'
import type { LookDeps } from './look-for-customer.ts'
import type { DeskPerson, InboxPlace } from './page-store.ts'

/** What the desk's pages need: `database` is the staff's login, for who is signed in; `desk` everything that is done. */
export type DeskPagesDeps = StaffPageDeps & {
  readonly desk: LookDeps
  readonly live: LiveDesk
}

/** Who waits and who is here: no words of anybody's, so it may be shown again while it cannot be read. */
export type DeskList = { readonly places: readonly InboxPlace[]; readonly people: readonly DeskPerson[] }

/** What a route of these pages is given. */
export type DeskTools = StaffTools & {
  readonly deps: DeskPagesDeps
  readonly lists: ReturnType<typeof createLastSeen<DeskList>>
}

/** For `createServer({ limits })`, for each address: a whole desk sits behind one. */
export const deskPageLimits = {
  'desk-page': { max: 3_000, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

/** Options of the desk's routes. */
export const limited = { schema: { hide: true }, config: { limit: 'desk-page' } } as const
