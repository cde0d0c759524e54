import type { Account } from '../banks/index.ts'
import type { Clock } from '../platform/index.ts'

/** How many visits' account lists are held at once, and for how long: the time to choose and to sign. */
const listsMax = 1_000
const listMs = 20 * 60_000

/**
 * The accounts a bank named, while their owner chooses among them. In memory only, bounded, and let go of when the visit
 * ends: names are never at rest. A list that is gone (time, another process, a restart) is asked for again under the
 * setup grant.
 */
export type AccountNames = {
  get(link: string): readonly Account[] | undefined
  put(link: string, accounts: readonly Account[]): void
  drop(link: string): void
}

/** An empty holder. */
export function createAccountNames(deps: { readonly clock: Clock }): AccountNames {
  const held = new Map<string, { readonly accounts: readonly Account[]; readonly until: number }>()
  const prune = (): void => {
    const now = deps.clock.now()
    for (const [link, { until }] of held) {
      // Insertion order is age order, so the first that is young enough ends the search.
      if (until > now && held.size <= listsMax) break
      held.delete(link)
    }
  }
  return {
    get(link) {
      prune()
      return held.get(link)?.accounts
    },
    put(link, accounts) {
      held.delete(link)
      held.set(link, { accounts, until: deps.clock.now() + listMs })
      prune()
    },
    drop: (link) => void held.delete(link),
  }
}
