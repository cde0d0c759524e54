import type { StandingLook, StandingLooks } from '../../consent/index.ts'
import { Fault } from '../../kernel/index.ts'
import type { Clock, CounterMetric, Logger, Metrics } from '../../platform/index.ts'
import type { CardEventBank } from './bank-settings.ts'
import type { CardAuthorization, CardEvent, CardEventId, Verdict, VerdictWord } from './card-authorization.ts'
import type { EventIds } from './event-ids.ts'
import type { Appended, EventLog } from './event-log.ts'

export type TakeEventsDeps = {
  readonly looks: StandingLooks
  readonly log: EventLog
  readonly idOf: EventIds
  /** Decides on an event that is on disk: pure and at once. */
  readonly decide: (authorization: CardAuthorization) => Verdict
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** A bank, as far as taking its events goes. */
export type EventSource = Pick<CardEventBank, 'institution' | 'deadlineMs' | 'declines'>

/** What the bank is told of one event. A code says why nothing was kept or decided that should have been. */
export type Taken = {
  readonly verdict: VerdictWord
  readonly code?: 'banks/card-event-late' | 'banks/card-event-not-stored'
}

/** Takes events that came together; one answer each, in order, within the bank's deadline. Never throws for what may befall it. */
export type TakeEvents = (source: EventSource, events: readonly CardEvent[]) => Promise<readonly Taken[]>

/**
 * Leave is looked for; where there is none the answer is `observe` and nothing is kept. Where there is, the hour's entry commits, then
 * the event with its job, and only then is it decided, and what was decided is written down before the bank is told.
 */
export function createTakeEvents(deps: TakeEventsDeps): TakeEvents {
  const pending = new Map<CardEventId, Promise<VerdictWord>>()
  const outcomes = deps.metrics.counter({
    name: 'parley_card_events_total',
    help: 'Card events that banks sent, and what became of each.',
    labels: ['institution', 'outcome'],
  })
  return async (source, events) => {
    const flow: Flow = { ...deps, source, pending, outcomes, tally: new Map(), decided: [], faults: [], late: false }
    const { timeout, cancel } = deadline(deps.clock, source.deadlineMs)
    const all = takeAll(flow, events)
    try {
      const taken = await Promise.race([all, timeout])
      if (taken !== 'late') return taken
    } finally {
      cancel()
    }
    flow.late = true
    outcomes.add(events.length, { institution: source.institution, outcome: 'late' })
    // It goes on: what was accepted is stored, and the bank was told that we observe.
    void all.then(() => takeBack(flow))
    deps.logger.warn('bank.card-events-late', { institution: source.institution, count: events.length })
    return events.map(() => ({ verdict: 'observe', code: 'banks/card-event-late' }))
  }
}

type Flow = TakeEventsDeps & {
  readonly source: EventSource
  readonly pending: Map<CardEventId, Promise<VerdictWord>>
  readonly outcomes: CounterMetric
  /** How many of the request's events came to which outcome: counted together, once they all did. */
  readonly tally: Map<string, number>
  /** Of which a verdict was written down. */
  readonly decided: CardEventId[]
  /** Why some of the request's events could not be stored. */
  readonly faults: Fault[]
  late: boolean
}

// A verdict that was being written down as the time ran out: nobody heard it.
async function takeBack({ log, logger, decided }: Flow): Promise<void> {
  try {
    await log.takeBack(decided)
  } catch (fault) {
    logger.fault('bank.card-events-not-taken-back', fault, { count: decided.length })
  }
}

function deadline(clock: Clock, ms: number): { readonly timeout: Promise<'late'>; readonly cancel: () => void } {
  let cancel = (): void => undefined
  const timeout = new Promise<'late'>((resolve) => {
    cancel = clock.after(ms, () => resolve('late'))
  })
  return { timeout, cancel }
}

async function takeAll(flow: Flow, events: readonly CardEvent[]): Promise<readonly Taken[]> {
  const { looks, source } = flow
  try {
    const accounts = [...new Set(events.map(({ accountId }) => accountId))]
    const covered = await looks.cover(source.institution, accounts)
    const taken = await Promise.all(events.map((event) => takeOne(flow, event, covered.get(event.accountId) ?? [])))
    const [fault] = flow.faults
    if (fault !== undefined) noteLost(flow, fault, flow.faults.length)
    return taken
  } catch (fault) {
    // The database or the keystore is away. In doubt we observe; the bank is told that nothing was stored, and may say it again.
    noteLost(flow, fault, events.length)
    return events.map(() => notStored)
  } finally {
    for (const [outcome, count] of flow.tally) flow.outcomes.add(count, { institution: source.institution, outcome })
  }
}

function tally({ tally }: Flow, outcome: string): void {
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
}

// Once a request, however many events it was: what is broken is broken for all of them.
function noteLost({ logger, outcomes, source }: Flow, fault: unknown, count: number): void {
  const { institution } = source
  logger.fault('bank.card-events-not-stored', fault, { institution, count })
  outcomes.add(count, { institution, outcome: 'not-stored' })
}

const notStored: Taken = { verdict: 'observe', code: 'banks/card-event-not-stored' }

async function takeOne(flow: Flow, event: CardEvent, looks: readonly StandingLook[]): Promise<Taken> {
  if (looks.length === 0) {
    tally(flow, 'no-leave')
    return { verdict: 'observe' }
  }
  try {
    // A joint account has several customers, each with their own leave, keys and log.
    const verdicts = await Promise.all(looks.map((look) => takeFor(flow, event, look)))
    return { verdict: mostCareful(verdicts) }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    flow.faults.push(fault)
    return notStored
  }
}

function mostCareful(verdicts: readonly VerdictWord[]): VerdictWord {
  if (verdicts.includes('decline')) return 'decline'
  return verdicts.every((verdict) => verdict === 'approve') ? 'approve' : 'observe'
}

async function takeFor(flow: Flow, event: CardEvent, look: StandingLook): Promise<VerdictWord> {
  const authorization = authorizationOf(flow, event, look)
  const { id } = authorization
  const same = flow.pending.get(id)
  if (same !== undefined) return await same
  const verdict = settle(flow, authorization, look)
  flow.pending.set(id, verdict)
  try {
    return await verdict
  } finally {
    flow.pending.delete(id)
  }
}

async function settle(flow: Flow, authorization: CardAuthorization, look: StandingLook): Promise<VerdictWord> {
  const appended = await append(flow, authorization, look)
  const { source, log } = flow
  tally(flow, appended.is)
  switch (appended.is) {
    case 'unsettled':
      return 'observe'
    case 'known': {
      if (!source.declines || authorization.kind !== 'authorization') return 'observe'
      return appended.verdict ?? (await awaitVerdict(flow, authorization.id))
    }
    case 'stored': {
      const { verdict } = flow.decide(authorization)
      if (!source.declines || authorization.kind !== 'authorization') return 'observe'
      flow.decided.push(authorization.id)
      return await log.decide(authorization.id, flow.late ? 'observe' : verdict)
    }
  }
}

/** How long another gateway is waited for that stored the same event a moment ago, step by step. */
const othersMs = [5, 10, 20, 40]

// Nobody wrote down a verdict: another gateway is at it, or died. Whoever is first decides, and in doubt we observe.
async function awaitVerdict({ clock, log }: Flow, id: CardEventId): Promise<VerdictWord> {
  for (const ms of othersMs) {
    await clock.sleep(ms)
    const verdict = await log.verdictOf(id)
    if (verdict !== undefined) return verdict
  }
  return await log.decide(id, 'observe')
}

/** Once more with a look of its own where the hour turned or other terms took the place of the ones that were remembered. */
async function append(flow: Flow, authorization: CardAuthorization, look: StandingLook): Promise<Appended> {
  const appended = await flow.log.append(look, authorization)
  if (appended.is !== 'unsettled') return appended
  flow.looks.forget([look])
  const { institution, accountId, customer } = authorization
  const covered = await flow.looks.cover(institution, [accountId])
  const again = covered.get(accountId)?.find((other) => other.customer === customer)
  return again === undefined ? appended : await flow.log.append(again, authorization)
}

function authorizationOf(
  { idOf }: Flow,
  { ofReference, ...event }: CardEvent,
  { customer, institution }: StandingLook,
): CardAuthorization {
  const of = { customer, institution }
  return {
    ...event,
    ...of,
    id: idOf(of, event.reference),
    ...(ofReference === undefined ? {} : { of: idOf(of, ofReference) }),
  }
}
