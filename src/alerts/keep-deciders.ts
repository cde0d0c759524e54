import { createDecider, ruleSets } from '../fraud/index.ts'
import type { Decider, FeatureEngine, FraudLabel, Scorer, Shadow } from '../fraud/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import type { Clock, Database, Logger } from '../platform/index.ts'
import { decidingRules } from '../rule-book/index.ts'
import { createStartingDecider } from './starting-decider.ts'

export type DecidersDeps = {
  /** Login `parley_fraud`: reads what is live and in shadow, and nothing else of the rule book. */
  readonly database: Database
  readonly engine: Pick<FeatureEngine, 'observe'>
  /** The model that Parley comes with. */
  readonly scorer: Scorer
  readonly banks: ReadonlyMap<InstitutionId, DecidingBank>
  readonly clock: Clock
  readonly logger: Logger
}

/** A bank that sends card events. */
export type DecidingBank = {
  /** Whether it asked to be told to decline. */
  readonly declines: boolean
  /** Its own model, where it has trained one. */
  readonly scorer?: Scorer | undefined
}

/** What decides about each bank's card uses: its live rules over the engine and the model, as two people signed them. */
export type Deciders = {
  /** The decider of this moment. Before a bank has rules of its own: a few that ask and never decline. */
  deciderFor(institution: InstitutionId): Decider
  /** A label arrived: for the counts of rules that are live or tried. */
  label(label: Pick<FraudLabel, 'use' | 'isFraud'>): void
  /** Looks once whether rules or lists changed, and writes down what was counted. Gives how many banks have a new decider. */
  refresh(): Promise<number>
  start(): void
  stop(): void
}

/** A version that was made live, taken back or listed decides after this at the latest, and one look at the database. */
const refreshEveryMs = 5_000

type Kept = { readonly mark: string; readonly decider: Decider; readonly shadow: Shadow | undefined }

/** Keeps one decider for each bank and puts a new one in its place when the bank's rules change; windows and model stay as they are. */
export function createDeciders(deps: DecidersDeps): Deciders {
  const { engine, database, logger } = deps
  const starting = createStartingDecider(engine, { scorer: deps.scorer })
  const kept = new Map<InstitutionId, Kept>()
  let cancel: (() => void) | undefined
  let stopped = false

  async function look(institution: InstitutionId, bank: DecidingBank): Promise<boolean> {
    const { declines, scorer = deps.scorer } = bank
    const counted = kept.get(institution)?.shadow?.take() ?? []
    if (counted.length > 0) await database.transaction((tx) => decidingRules.addCounts(tx, counted))
    const mark = await decidingRules.mark(database, institution)
    if (kept.get(institution)?.mark === mark) return false
    const { live, shadows, entries } = await decidingRules.load(database, institution)
    if (live === undefined) {
      const decider = bank.scorer === undefined ? starting : createStartingDecider(engine, { scorer })
      kept.set(institution, { mark, decider, shadow: undefined })
    } else {
      const lists = ruleSets.lists(entries)
      const rules = ruleSets.compile(live.set, lists)
      const tried = shadows.map(({ id, set }) => ({ id, rules: ruleSets.compile(set, lists) }))
      const shadow = ruleSets.shadow({ id: live.id, rules }, tried)
      kept.set(institution, { mark, decider: createDecider({ engine, scorer, rules, declines, shadow }), shadow })
    }
    logger.info('alerts.rules-loaded', { institution })
    return true
  }

  async function refresh(): Promise<number> {
    let changed = 0
    for (const [institution, bank] of deps.banks) {
      try {
        if (await look(institution, bank)) changed += 1
      } catch (fault) {
        // The rules of before go on deciding; the next look finds the same ones.
        logger.fault('alerts.rules-not-read', fault, { institution })
      }
    }
    return changed
  }

  async function round(): Promise<void> {
    await refresh()
    if (!stopped) cancel = deps.clock.after(refreshEveryMs, () => void round())
  }

  return {
    deciderFor: (institution) => kept.get(institution)?.decider ?? starting,
    label: (label) => kept.forEach(({ shadow }) => shadow?.label(label)),
    refresh,
    start: () => void round(),
    stop() {
      stopped = true
      cancel?.()
    },
  }
}
