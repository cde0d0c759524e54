import type { CardAuthorization, CardEventId, CardEvents, Verdict } from '../banks/index.ts'
import { cardUseOf } from '../fraud/index.ts'
import type { CardUse, Decider, FeatureEngine, FraudLabel } from '../fraud/index.ts'
import { isUuid } from '../kernel/index.ts'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import type { Clock, Database, Logger } from '../platform/index.ts'
import type { UseSource } from './alert-parts.ts'
import { labelStore } from './label-store.ts'
import type { DecidedUse, SeenUse, UseDecision, UseName } from './seen-use.ts'

export type WatchDeps = {
  /** Login `parley_fraud`: labels of a card that is held anew. */
  readonly database: Database
  readonly engine: FeatureEngine
  /** What decides about a bank's uses at this moment: its rules and model over the engine. */
  readonly deciderFor: (institution: InstitutionId) => Decider
  readonly clock: Clock
  readonly logger: Logger
}

/** What is known of cards in this process: features, decisions just made, labels. */
export type CardWatch = {
  /** For the bank's module, on an event that is on disk: pure and at once. Of a card that is not held yet, nothing is said: `observe`. */
  decide(authorization: CardAuthorization): Verdict
  /** Where alerts find uses. */
  source(events: Pick<CardEvents, 'read' | 'recall' | 'replay'>): UseSource
  /** A label arrived. */
  label(label: FraudLabel): void
}

/** Decisions remembered for the jobs that follow them: minutes of a busy gateway. Past it they are made anew. */
const rememberedMax = 20_000
/** Uses, of all cards together, that wait for their card to be read back; past it the oldest are decided by their own jobs, late. */
const waitingMax = 20_000

/**
 * Holds the cards. A card that this process has not seen is first read back from the log, with its labels, by the job that follows its event,
 * and decided then: nobody is declined, and nobody's question is lost, because a process is young.
 */
export function createCardWatch(deps: WatchDeps): CardWatch {
  const { engine, clock, logger } = deps
  const remembered = new Map<string, DecidedUse>()
  // By event: uses of cards that are not held yet, in the order in which they came.
  const waiting = new Map<string, { readonly card: string; readonly use: CardAuthorization }>()

  function decideNow(authorization: CardAuthorization): UseDecision {
    engine.advanceTo(clock.now())
    const decision = deps.deciderFor(authorization.institution).decide(useOf(authorization))
    remember({ use: authorization, decision })
    return decision
  }

  function remember(decided: DecidedUse): void {
    remembered.set(decided.use.id, decided)
    const [oldest] = remembered.keys()
    if (remembered.size > rememberedMax && oldest !== undefined) remembered.delete(oldest)
  }

  function wait(card: string, use: CardAuthorization): void {
    waiting.set(use.id, { card, use })
    const [oldest] = waiting.keys()
    if (waiting.size > waitingMax && oldest !== undefined) waiting.delete(oldest)
  }

  /** Decides a use whose card was read back this moment, and those of the card that came meanwhile, in their order. */
  function decideLate(first: CardAuthorization, replayed: ReadonlySet<string>): void {
    const card = useOf(first).customer
    const late = new Map([[first.id as string, first]])
    for (const [id, one] of waiting) {
      if (one.card !== card) continue
      waiting.delete(id)
      if (!replayed.has(id)) late.set(id, one.use)
    }
    for (const use of [...late.values()].sort((a, b) => a.at - b.at)) decideNow(use)
  }

  return {
    decide(authorization) {
      const card = useOf(authorization).customer
      if (engine.holdsCard(card)) return { verdict: decideNow(authorization).verdict }
      wait(card, authorization)
      return { verdict: 'observe' }
    },
    source: (events) => ({
      async recall(name) {
        const known = remembered.get(name.event)
        if (known !== undefined) return known
        if (!isCardEventId(name.event)) return undefined
        const [logged] = await events.recall(name, [name.event])
        if (logged === undefined) return undefined
        const isHeld = engine.holdsCard(useOf(logged.event).customer)
        const replayed = isHeld ? new Set<string>() : await hold(deps, events, name, logged.seq)
        // It may have been decided with another use of the card while this one was read.
        if (!remembered.has(name.event)) {
          logger.info('alerts.decided-late', { institution: name.institution })
          decideLate(logged.event, replayed)
        }
        return remembered.get(name.event)
      },
      async read(permit, ids) {
        const logged = await events.read(permit, ids.filter(isCardEventId))
        const byId = new Map(logged.map(({ event }) => [event.id as string, event]))
        // In the order in which the alert has them: the first is what it began with.
        return ids.flatMap((id): SeenUse[] => [byId.get(id)].filter((use) => use !== undefined))
      },
    }),
    label(label) {
      engine.advanceTo(clock.now())
      engine.label(label)
    },
  }
}

/** Reads a customer's cards back: their events before this one, and the labels of those, in the order in which they came. Gives which. */
async function hold(
  { database, engine }: WatchDeps,
  events: Pick<CardEvents, 'replay'>,
  name: UseName,
  before: bigint,
): Promise<ReadonlySet<string>> {
  const [labels, held] = [await labelStore.of(database, name.customer), new Set<string>()]
  const uses: { readonly at: number; readonly event: CardUse | FraudLabel }[] = []
  for (let after = 0n, more = true; more;) {
    const page = (await events.replay(name, after)).filter(({ seq }) => seq < before)
    for (const { event } of page) {
      const use = useOf(event)
      if (engine.holdsCard(use.customer)) continue
      held.add(use.id)
      uses.push({ at: use.atMs, event: use })
    }
    after = page.at(-1)?.seq ?? after
    more = page.length > 0
  }
  const told = labels.filter(({ use }) => held.has(use)).map((event) => ({ at: event.arrivedAtMs, event }))
  for (const { event } of [...uses, ...told].sort((a, b) => a.at - b.at)) engine.replayCard(event)
  return held
}

/** Whose card a use's key names: it begins with the customer's id. Undefined for any other key. */
export function customerOfCard(card: string): CustomerId | undefined {
  const id = card.slice(0, card.indexOf('/'))
  return isCustomerId(id) ? id : undefined
}

function isCustomerId(text: string): text is CustomerId {
  return isUuid(text)
}

/** An authorization as features see it: the card by ids of ours, never by a name. */
function useOf(event: CardAuthorization): CardUse {
  const { id, kind, of, at, amount, presence, device, cardLastDigits, merchant, customer, accountId } = event
  return cardUseOf({
    id,
    kind,
    ...(of === undefined ? {} : { of }),
    atMs: at,
    amountMinor: Number(amount.minor < 0n ? -amount.minor : amount.minor),
    presence,
    ...(device === undefined ? {} : { device }),
    account: `${customer}/${accountId}`,
    ...(cardLastDigits === undefined ? {} : { cardLastDigits }),
    merchant,
  })
}

function isCardEventId(text: string): text is CardEventId {
  return isUuid(text)
}
