import { toInstant, unreachable } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import { isOpen } from './fraud-alert.ts'
import type { AlertEffect, AlertEvent, AlertState, AlertStep, FraudAlert } from './fraud-alert.ts'

/** Nobody answered for so long: the question is put once more. */
export const remindAfterMs = 15 * 60_000
/** And so long after that, a person at the bank takes over. What was protected stays so. */
export const expireAfterMs = 24 * 3_600_000
/** A bank that has not frozen the card within this time: the customer is told, and it is tried on. */
export const freezeLateMs = 60_000

type Event<Kind extends AlertEvent['kind']> = Extract<AlertEvent, { kind: Kind }>

/**
 * Decides what follows from an event: no clock, no database, no network. Whatever comes, in whatever order, however often or late: the
 * freeze is ordered once at most, "not me" always ends in protection, and nothing that a chat can say loosens anything.
 */
export function stepAlert(alert: FraudAlert, event: AlertEvent): AlertStep {
  switch (event.kind) {
    case 'opened':
      return alert.state === 'new' ? open(alert, event) : nothing(alert)
    case 'due':
      return comeDue(alert, event)
    case 'not-me':
      return protect(alert, event.at)
    case 'it-was-me':
      return hearGenuine(alert, event)
    case 'not-sure':
      return hearNotSure(alert, event.at)
    case 'details-shown':
      return nothing({ ...alert, informed: true })
    case 'card-frozen':
      return cover(alert)
    case 'freeze-done':
    case 'freeze-impossible':
      return endFreeze(alert, event.kind)
    case 'closed':
      return close(alert, event)
    default:
      return unreachable(event)
  }
}

function open(alert: FraudAlert, event: Event<'opened' | 'due'>): AlertStep {
  if (alert.origin === 'receipt') return { alert: { ...alert, state: 'told' }, effects: [{ do: 'receipt' }] }
  // Nobody is asked about a card that nobody can pay with.
  if (event.cardFrozen) return nothing({ ...alert, state: 'covered', dueAt: undefined })
  // Whoever was refused just now stands at a till; anybody else may sleep.
  if (event.quietUntil !== undefined && !alert.declined) {
    return nothing({ ...alert, state: 'waiting', dueAt: event.quietUntil })
  }
  return { alert: { ...alert, state: 'asked', dueAt: after(event.at, remindAfterMs) }, effects: [{ do: 'ask' }] }
}

function comeDue(alert: FraudAlert, event: Event<'due' | 'opened'>): AlertStep {
  if (alert.dueAt === undefined || event.at < alert.dueAt) return nothing(alert)
  switch (alert.state) {
    case 'waiting':
      return open(alert, event)
    case 'asked':
      if (event.cardFrozen) return cover(alert)
      if (event.quietUntil !== undefined) return nothing({ ...alert, dueAt: event.quietUntil })
      return {
        alert: { ...alert, state: 'reminded', dueAt: after(event.at, expireAfterMs) },
        effects: [{ do: 'remind' }],
      }
    case 'reminded':
      return withPerson({ ...alert, state: 'expired', dueAt: undefined }, 'unanswered', questionOver(alert))
    case 'protecting':
      return { alert: { ...alert, dueAt: undefined }, effects: [{ do: 'tell', what: 'freezing' }] }
    default:
      return nothing({ ...alert, dueAt: undefined })
  }
}

/** "Not me": at once, whatever was said before; a card is frozen by it once. */
function protect(alert: FraudAlert, at: Instant): AlertStep {
  if (alert.freezeOrdered) return repeatProtection(alert)
  const protecting: FraudAlert = {
    ...alert,
    state: 'protecting',
    freezeOrdered: true,
    verdict: 'fraud',
    dueAt: after(at, freezeLateMs),
  }
  return withPerson(protecting, 'not-me', [
    { do: 'freeze' },
    { do: 'open-case' },
    { do: 'draft-dispute' },
    { do: 'label', isFraud: true, informed: alert.informed, source: 'customer' },
    ...questionOver(alert),
  ])
}

/** The freeze was ordered before: what became of it is said, and a "yes" in between is taken back. */
function repeatProtection(alert: FraudAlert): AlertStep {
  const label = labelOnce(alert, true)
  const what =
    alert.state === 'unprotected' ? 'not-frozen' : alert.state === 'protecting' ? 'freezing' : 'frozen-already'
  return { alert: { ...alert, verdict: 'fraud' }, effects: [...label, { do: 'tell', what }] }
}

/** "It was me" counts only of details that were seen; by a passkey where it would open something; and it never undoes a freeze. */
function hearGenuine(alert: FraudAlert, { withPasskey }: Event<'it-was-me'>): AlertStep {
  if (!alert.informed) return tell(alert, 'look-first')
  if (alert.freezeOrdered) {
    if (!withPasskey) return tell(alert, 'stays-frozen')
    const effects: readonly AlertEffect[] = [...labelOnce(alert, false), { do: 'tell', what: 'stays-frozen' }]
    return { alert: { ...alert, verdict: 'genuine' }, effects }
  }
  if (alert.state === 'closed') return tell(alert, 'closed')
  if (alert.declined && !withPasskey) return tell(alert, 'needs-passkey')
  const effects: readonly AlertEffect[] = [
    ...labelOnce(alert, false),
    ...questionOver(alert),
    { do: 'tell', what: 'genuine' },
  ]
  return { alert: { ...alert, state: 'genuine', verdict: 'genuine', dueAt: undefined }, effects }
}

/** A person is asked for, and both other answers still count. Nobody is reminded any more. */
function hearNotSure(alert: FraudAlert, at: Instant): AlertStep {
  const unreminded: FraudAlert =
    alert.state === 'asked' ? { ...alert, state: 'reminded', dueAt: after(at, expireAfterMs) } : alert
  return withPerson(unreminded, 'not-sure', [{ do: 'tell', what: 'person-asked' }])
}

const beforeAnswer: readonly AlertState[] = ['new', 'waiting', 'told', 'asked', 'reminded']

function cover(alert: FraudAlert): AlertStep {
  if (!beforeAnswer.includes(alert.state)) return nothing(alert)
  return { alert: { ...alert, state: 'covered', dueAt: undefined }, effects: questionOver(alert) }
}

function endFreeze(alert: FraudAlert, kind: 'freeze-done' | 'freeze-impossible'): AlertStep {
  if (alert.state !== 'protecting') return nothing(alert)
  return kind === 'freeze-done'
    ? {
        alert: { ...alert, state: 'protected', dueAt: undefined },
        effects: [{ do: 'tell', what: 'frozen' }, { do: 'cover-others' }],
      }
    : { alert: { ...alert, state: 'unprotected', dueAt: undefined }, effects: [{ do: 'tell', what: 'not-frozen' }] }
}

/** The bank's word counts for features; a freeze under way is finished first. */
function close(alert: FraudAlert, { isFraud }: Event<'closed'>): AlertStep {
  const effects: readonly AlertEffect[] = [
    ...(isFraud === undefined ? [] : [{ do: 'label', isFraud, informed: true, source: 'agent' } as const]),
    ...questionOver(alert),
  ]
  if (alert.state === 'protecting') return { alert, effects }
  return { alert: { ...alert, state: 'closed', dueAt: undefined }, effects }
}

/** A question that was put and waits: what of it is still on its way is taken back. */
function questionOver(alert: FraudAlert): readonly AlertEffect[] {
  return isOpen(alert) ? [{ do: 'close-question' }] : []
}

/** The same word twice is one label. */
function labelOnce(alert: FraudAlert, isFraud: boolean): readonly AlertEffect[] {
  if (alert.verdict === (isFraud ? 'fraud' : 'genuine')) return []
  return [{ do: 'label', isFraud, informed: alert.informed, source: 'customer' }]
}

function withPerson(
  alert: FraudAlert,
  because: Extract<AlertEffect, { do: 'call-person' }>['because'],
  effects: readonly AlertEffect[],
): AlertStep {
  if (alert.personAsked) return { alert, effects }
  return { alert: { ...alert, personAsked: true }, effects: [...effects, { do: 'call-person', because }] }
}

function tell(alert: FraudAlert, what: Extract<AlertEffect, { do: 'tell' }>['what']): AlertStep {
  return { alert, effects: [{ do: 'tell', what }] }
}

function nothing(alert: FraudAlert): AlertStep {
  return { alert, effects: [] }
}

function after(at: Instant, ms: number): Instant {
  return toInstant(at + ms)
}
