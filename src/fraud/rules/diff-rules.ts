import type { RuleSet } from './rule-set.ts'

/** What is different between two versions: by rule, in the order of the newer file, removed ones last. */
export type RuleDiff = {
  readonly added: readonly { readonly id: string; readonly sentence: string }[]
  readonly removed: readonly { readonly id: string; readonly sentence: string }[]
  readonly changed: readonly { readonly id: string; readonly before: string; readonly after: string }[]
  /** Same sentences in another order: it matters where two of one outcome hold at once. */
  readonly isReordered: boolean
  readonly head: readonly {
    readonly what: 'currency' | 'ask' | 'decline'
    readonly before: string
    readonly after: string
  }[]
}

type Side = Pick<RuleSet, 'currency' | 'thresholds'> & {
  readonly rules: readonly { readonly id: string; readonly sentence: string }[]
}

/** Compares two versions, or a version and a draft. */
export function diffRules(before: Side, after: Side): RuleDiff {
  const [old, young] = [byId(before), byId(after)]
  const kept = (side: Side, other: ReadonlyMap<string, string>): string =>
    side.rules.flatMap(({ id }) => (other.has(id) ? [id] : [])).join(' ')
  return {
    added: after.rules.filter(({ id }) => !old.has(id)).map(({ id, sentence }) => ({ id, sentence })),
    removed: before.rules.filter(({ id }) => !young.has(id)).map(({ id, sentence }) => ({ id, sentence })),
    changed: after.rules.flatMap(({ id, sentence }) => {
      const was = old.get(id)
      return was === undefined || was === sentence ? [] : [{ id, before: was, after: sentence }]
    }),
    isReordered: kept(before, young) !== kept(after, old),
    head: headsOf(before, after),
  }
}

function headsOf(before: Side, after: Side): RuleDiff['head'] {
  const pairs = [
    { what: 'currency', before: before.currency, after: after.currency },
    { what: 'ask', before: share(before.thresholds.ask), after: share(after.thresholds.ask) },
    { what: 'decline', before: share(before.thresholds.decline), after: share(after.thresholds.decline) },
  ] as const
  return pairs.filter((pair) => pair.before !== pair.after)
}

function byId({ rules }: Side): ReadonlyMap<string, string> {
  return new Map(rules.map(({ id, sentence }) => [id, sentence]))
}

function share(value: number | undefined): string {
  return value === undefined ? 'never' : String(value)
}
