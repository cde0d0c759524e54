import type { InstitutionId, Instant } from '../kernel/index.ts'
import type { Clock } from '../platform/index.ts'
import type { BankRefusal } from './bank.ts'

/** How far back our own experience with a bank counts. */
const rememberedMs = 60_000
/** Looks remembered for each bank. */
const looksMax = 50
/** Fewer looks than this say nothing. */
const looksMin = 3

/** What our own looks at banks met lately. */
export type RecentOutcomes = {
  add(institution: InstitutionId, outcome: 'ok' | BankRefusal): void
  /** Whether half of the recent looks or more failed through the bank's fault. */
  areBad(institution: InstitutionId): boolean
}

/** Remembers looks for a minute. */
export function createRecentOutcomes(clock: Clock): RecentOutcomes {
  const looks = new Map<InstitutionId, { readonly at: Instant; readonly failed: boolean }[]>()
  return {
    add(institution, outcome) {
      const list = looks.get(institution) ?? []
      list.push({ at: clock.now(), failed: outcome === 'banks/unreachable' || outcome === 'banks/unreadable' })
      if (list.length > looksMax) list.shift()
      looks.set(institution, list)
    },
    areBad(institution) {
      const now = clock.now()
      const recent = (looks.get(institution) ?? []).filter(({ at }) => now - at < rememberedMs)
      return recent.length >= looksMin && recent.filter(({ failed }) => failed).length * 2 >= recent.length
    },
  }
}
