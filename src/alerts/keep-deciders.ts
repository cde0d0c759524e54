import { createDecider, fraudModels, ruleSets } from '../fraud/index.ts'
import type {
  CompiledRules,
  Decider,
  DeciderOptions,
  FeatureEngine,
  FraudLabel,
  ModelTrial,
  Scorer,
  Shadow,
} from '../fraud/index.ts'
import type { InstitutionId, Secret } from '../kernel/index.ts'
import type { Clock, Database, Logger } from '../platform/index.ts'
import { decidingRules } from '../rule-book/index.ts'
import { createTrialKeeper } from './keep-trials.ts'
import { createStartingDecider, readStartingRules } from './starting-decider.ts'

export type DecidersDeps = {
  /** Login `parley_fraud`: reads what is live and in shadow, and nothing else of the rule book. */
  readonly database: Database
  readonly engine: Pick<FeatureEngine, 'observe'>
  /** The model that Parley comes with. */
  readonly scorer: Scorer
  readonly banks: ReadonlyMap<InstitutionId, DecidingBank>
  /** The gateway's secret, from which the key follows under which a trial's uses are kept. */
  readonly linkSecret: Secret<Uint8Array>
  readonly clock: Clock
  readonly logger: Logger
}

/** A bank that sends card events. */
export type DecidingBank = {
  /** Whether it asked to be told to decline. */
  readonly declines: boolean
  /** Its own model, where it has trained one. */
  readonly scorer?: Scorer | undefined
  /** A model that is tried: it scores each use beside the one that decides, and decides nothing. */
  readonly challenger?: Scorer | undefined
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

type Kept = {
  readonly mark: string
  readonly decider: Decider
  readonly shadow: Shadow | undefined
  readonly trial: ModelTrial | undefined
}

/** Keeps one decider for each bank and puts a new one in its place when the bank's rules change; windows and model stay as they are. */
export function createDeciders(deps: DecidersDeps): Deciders {
  const { engine, database, logger } = deps
  const starting = createStartingDecider(engine, { scorer: deps.scorer })
  const trials = createTrialKeeper(deps)
  const kept = new Map<InstitutionId, Kept>()
  const hasTrials = [...deps.banks.values()].some(({ challenger }) => challenger !== undefined)
  let cancel: (() => void) | undefined
  let stopped = false

  /** What cannot be written is lost to the comparison, and holds up no rules. */
  async function writeTrial(
    institution: InstitutionId,
    { challenger, scorer = deps.scorer }: DecidingBank,
  ): Promise<void> {
    const trial = kept.get(institution)?.trial
    if (trial === undefined || challenger === undefined) return
    try {
      const name = { institution, champion: scorer.version, challenger: challenger.version }
      await trials.write(name, trial.take())
    } catch (fault) {
      logger.fault('alerts.trial-not-written', fault, { institution })
    }
  }

  async function look(institution: InstitutionId, bank: DecidingBank): Promise<boolean> {
    const { declines, scorer = deps.scorer } = bank
    const counted = kept.get(institution)?.shadow?.take() ?? []
    if (counted.length > 0) await database.transaction((tx) => decidingRules.addCounts(tx, counted))
    await writeTrial(institution, bank)
    const mark = await decidingRules.mark(database, institution)
    if (kept.get(institution)?.mark === mark) return false
    const { live, shadows, entries } = await decidingRules.load(database, institution)
    if (live === undefined) {
      const trial = trialOf(bank, scorer, readStartingRules())
      const isOwn = bank.scorer !== undefined || trial !== undefined
      const decider = isOwn ? createStartingDecider(engine, { scorer, shadow: trial }) : starting
      kept.set(institution, { mark, decider, shadow: undefined, trial })
    } else {
      const lists = ruleSets.lists(entries)
      const rules = ruleSets.compile(live.set, lists)
      const tested = shadows.map(({ id, set }) => ({ id, rules: ruleSets.compile(set, lists) }))
      const shadow = ruleSets.shadow({ id: live.id, rules }, tested)
      const trial = trialOf(bank, scorer, rules)
      const decider = createDecider({ engine, scorer, rules, declines, shadow: both(shadow, trial) })
      kept.set(institution, { mark, decider, shadow, trial })
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
    try {
      await trials.count()
    } catch (fault) {
      logger.fault('alerts.trial-labels-not-counted', fault)
    }
    return changed
  }

  async function round(): Promise<void> {
    await refresh()
    if (!stopped) cancel = deps.clock.after(refreshEveryMs, () => void round())
  }

  return {
    deciderFor: (institution) => kept.get(institution)?.decider ?? starting,
    label(label) {
      kept.forEach(({ shadow }) => shadow?.label(label))
      if (hasTrials) trials.label(label)
    },
    refresh,
    start: () => void round(),
    stop() {
      stopped = true
      cancel?.()
    },
  }
}

function trialOf({ challenger }: DecidingBank, champion: Scorer, rules: CompiledRules): ModelTrial | undefined {
  return challenger === undefined ? undefined : fraudModels.trial({ champion, challenger, rules })
}

/** Both look at every use; neither has an effect. */
function both(shadow: Shadow, trial: ModelTrial | undefined): NonNullable<DeciderOptions['shadow']> {
  if (trial === undefined) return shadow
  return {
    note(row, judgement) {
      shadow.note(row, judgement)
      trial.note(row, judgement)
    },
  }
}
