import type { ListName } from './rule-names.ts'

/** One entry of a named list; it counts from `fromMs` on and until `untilMs`, in the time of the uses. */
export type ListEntry = {
  readonly list: ListName
  /** A card's or merchant's key, or a country. */
  readonly key: string
  readonly fromMs?: number
  readonly untilMs?: number
}

/** What the named lists hold; whether something is in one depends on when it is asked of. */
export type RuleLists = { has(list: ListName, key: string, atMs: number): boolean }

/** Lists in memory. Of two entries for one key in a list, the one that ends later stands. */
export function createRuleLists(entries: readonly ListEntry[]): RuleLists {
  const lists = new Map<ListName, Map<string, { from: number; until: number }>>()
  for (const { list, key, fromMs = -Infinity, untilMs = Infinity } of entries) {
    const held = lists.get(list) ?? new Map<string, { from: number; until: number }>()
    lists.set(list, held)
    const known = held.get(key)
    if (known === undefined || known.until < untilMs) held.set(key, { from: fromMs, until: untilMs })
  }
  return {
    has(list, key, atMs) {
      const entry = lists.get(list)?.get(key)
      return entry !== undefined && atMs >= entry.from && atMs < entry.until
    },
  }
}
