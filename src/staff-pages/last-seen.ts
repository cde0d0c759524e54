import type { Instant } from '../kernel/index.ts'
import type { Clock, Logger } from '../platform/index.ts'
import type { StaffCall } from './staff-route.ts'

/** A value and when it was read; `isStale`: it could not be read now, and this is how it was then. */
export type Seen<Value> = { readonly value: Value; readonly checkedAt: Instant; readonly isStale: boolean }

/** Different people see different banks; so many answers are remembered for each page, the latest ones. */
const rememberedMax = 200

/**
 * Remembers what a page last showed, so that it can go on showing it, with its time, while it cannot be read. Each answer belongs to a
 * scope: nobody is shown what was read for somebody with other banks. Only what needs no look of its own may be kept here: no customer's
 * words, no evidence, no entry of the record.
 */
export function createLastSeen<Value>(deps: { readonly clock: Clock; readonly logger: Logger }) {
  const known = new Map<string, Seen<Value>>()
  return {
    /** Reads anew; where that fails, the last good value, as `keep` left it. A fault only where there never was one. */
    async see(
      scope: string,
      read: () => Promise<Value>,
      keep: (value: Value) => Value = (value) => value,
    ): Promise<Seen<Value>> {
      try {
        const seen = { value: await read(), checkedAt: deps.clock.now(), isStale: false }
        known.delete(scope)
        // That there is nothing is no last good value.
        if (seen.value !== undefined) known.set(scope, { ...seen, value: keep(seen.value) })
        const [oldest] = known.size > rememberedMax ? known.keys() : []
        if (oldest !== undefined) known.delete(oldest)
        return seen
      } catch (fault) {
        const last = known.get(scope)
        if (last === undefined) throw fault
        deps.logger.fault('staff.not-read', fault)
        return { ...last, isStale: true }
      }
    },
  }
}

/** Whose view this is: what was read for one role and one set of banks is never shown to another. */
export function scopeOf({ session }: StaffCall): string {
  const { institutions, role } = session.member
  return `${role} ${institutions === undefined ? '*' : institutions.toSorted().join(' ')}`
}

/** The same, for what is one person's: whose case it is, which sessions are theirs. `what`: which of a page's views. */
export function ownScopeOf(call: StaffCall, what = ''): string {
  return `${call.session.member.id} ${scopeOf(call)} ${what}`
}
