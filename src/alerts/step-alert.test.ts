import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import { alertStates, fraudAlertId, isOpen, newAlert } from './fraud-alert.ts'
import type { AlertEffect, AlertEvent, FraudAlert } from './fraud-alert.ts'
import { expireAfterMs, freezeLateMs, remindAfterMs, stepAlert } from './step-alert.ts'

const id = fraudAlertId.parse('00000000-0000-4000-8000-000000000001')
const noon = toInstant(Date.UTC(2026, 10, 22, 12))
const later = (ms: number): Instant => toInstant(noon + ms)

/** Everything that can happen, at any time within three days, in any order. */
const anyEvent: fc.Arbitrary<AlertEvent> = fc
  .tuple(
    fc.integer({ min: 0, max: 3 * 86_400_000 }),
    fc.oneof(
      fc.record({
        kind: fc.constantFrom('opened' as const, 'due' as const),
        cardFrozen: fc.boolean(),
        quietUntil: fc.option(
          fc.integer({ min: 1, max: 12 }).map((hours) => later(hours * 3_600_000)),
          {
            nil: undefined,
          },
        ),
      }),
      fc.record({
        kind: fc.constantFrom(
          'not-me' as const, 'not-sure' as const, 'details-shown' as const, 'card-frozen' as const, 'freeze-done' as const, 'freeze-impossible' as const,
        ), // prettier-ignore
      }),
      fc.record({ kind: fc.constant('it-was-me' as const), withPasskey: fc.boolean() }),
      fc.record({ kind: fc.constant('closed' as const), isFraud: fc.option(fc.boolean(), { nil: undefined }) }),
    ),
  )
  .map(([ms, event]): AlertEvent => ({ ...event, at: later(ms) }))

const anyAlert: fc.Arbitrary<FraudAlert> = fc
  .record({ origin: fc.constantFrom('question' as const, 'receipt' as const), declined: fc.boolean() })
  .map((of) => newAlert({ id, ...of }))

/** What a chat alone can say: no page, no passkey, nobody of the bank. */
const anyWord: fc.Arbitrary<AlertEvent> = fc
  .tuple(
    fc.integer({ min: 0, max: 3 * 86_400_000 }),
    fc.oneof(
      fc.record({ kind: fc.constantFrom('not-me' as const, 'not-sure' as const) }),
      fc.record({ kind: fc.constant('it-was-me' as const), withPasskey: fc.constant(false) }),
    ),
  )
  .map(([ms, event]) => ({ ...event, at: later(ms) }))

type Run = { readonly alert: FraudAlert; readonly effects: readonly AlertEffect[] }

function run(alert: FraudAlert, events: readonly AlertEvent[]): Run {
  return events.reduce<Run>(
    (before, event) => {
      const step = stepAlert(before.alert, event)
      return { alert: step.alert, effects: [...before.effects, ...step.effects] }
    },
    { alert, effects: [] },
  )
}

const countOf = (effects: readonly AlertEffect[], what: AlertEffect['do']): number =>
  effects.filter((effect) => effect.do === what).length

const law = <Values>(property: fc.IPropertyWithHooks<Values>): void => fc.assert(property, { numRuns: 2_000 })

const events = fc.array(anyEvent, { maxLength: 14 })

describe('whatever happens, in any order, twice or late', () => {
  test('a card is frozen by an alert once at most, and only for "not me"', () => {
    law(
      fc.property(anyAlert, events, (alert, all) => {
        const frozen = countOf(run(alert, all).effects, 'freeze')
        expect(frozen).toBe(all.some(({ kind }) => kind === 'not-me') ? 1 : 0)
      }),
    )
  })

  test('"not me" ends in protection, whatever was said before it, and nothing but the bank ends that', () => {
    law(
      fc.property(anyAlert, events, events, fc.integer({ min: 0, max: 86_400_000 }), (alert, before, after, ms) => {
        const calm = after.filter(({ kind }) => kind !== 'closed')
        const { alert: end } = run(alert, [...before, { kind: 'not-me', at: later(ms) }, ...calm])
        const closedAfterFreeze = end.state === 'closed' && before.some(({ kind }) => kind === 'closed')
        expect(['protecting', 'protected', 'unprotected'].includes(end.state) || closedAfterFreeze).toBe(true)
        expect(end.freezeOrdered).toBe(true)
      }),
    )
  })

  test('a chat never loosens: no words lead from protection anywhere else, and none speak for the bank', () => {
    law(
      fc.property(anyAlert, events, fc.array(anyWord, { maxLength: 8 }), (alert, before, words) => {
        const { alert: at } = run(alert, before)
        const { alert: end, effects } = run(at, words)
        if (at.freezeOrdered) expect(end.state).toBe(at.state)
        // What was refused is only ever let through by the passkey.
        if (at.declined && at.verdict !== 'genuine') expect(end.verdict === 'genuine').toBe(false)
        expect(effects.some((effect) => effect.do === 'label' && effect.source === 'agent')).toBe(false)
      }),
    )
  })

  test('"it was me" counts only of details that were shown', () => {
    law(
      fc.property(anyAlert, events, (alert, all) => {
        const unseen = all.filter(({ kind }) => kind !== 'details-shown' && kind !== 'closed')
        const { alert: end, effects } = run(alert, unseen)
        expect(end.verdict === 'genuine' || end.state === 'genuine').toBe(false)
        expect(effects.some((effect) => effect.do === 'label' && !effect.isFraud)).toBe(false)
      }),
    )
  })

  test('a label says whether the details had been seen', () => {
    law(
      fc.property(anyAlert, events, (alert, all) => {
        let now = alert
        for (const event of all) {
          const step = stepAlert(now, event)
          for (const effect of step.effects) {
            if (effect.do === 'label' && effect.source === 'customer') expect(effect.informed).toBe(now.informed)
          }
          now = step.alert
        }
      }),
    )
  })

  test('a person is asked for once, and reached whenever somebody did not know or did not answer', () => {
    law(
      fc.property(anyAlert, events, (alert, all) => {
        const { alert: end, effects } = run(alert, all)
        expect(countOf(effects, 'call-person')).toBeLessThanOrEqual(1)
        if (['expired', 'protecting', 'protected', 'unprotected'].includes(end.state)) {
          expect(countOf(effects, 'call-person')).toBe(1)
        }
      }),
    )
  })

  test('a question is put once and brought up again once, never of a card that was frozen when it was due', () => {
    law(
      fc.property(anyAlert, events, (alert, all) => {
        const { effects } = run(alert, all)
        expect(countOf(effects, 'ask')).toBeLessThanOrEqual(1)
        expect(countOf(effects, 'remind')).toBeLessThanOrEqual(1)
        let now = alert
        for (const event of all) {
          const step = stepAlert(now, event)
          const asks = step.effects.some((effect) => effect.do === 'ask' || effect.do === 'remind')
          if (asks) expect('cardFrozen' in event && !event.cardFrozen).toBe(true)
          now = step.alert
        }
      }),
    )
  })

  test('every step ends in a state there is, and taking an event twice in a row asks nothing twice', () => {
    law(
      fc.property(anyAlert, events, anyEvent, (alert, before, event) => {
        const { alert: at } = run(alert, before)
        const once = stepAlert(at, event)
        const twice = stepAlert(once.alert, event)
        expect(alertStates).toContain(twice.alert.state)
        const said = twice.effects.filter((effect) => effect.do !== 'tell')
        // The bank's word may come again, and is then a label again; it never changes what is done.
        expect(said.filter((effect) => !(effect.do === 'label' && effect.source === 'agent'))).toEqual(
          event.kind === 'due' && said.length > 0 ? said : [],
        )
      }),
    )
  })
})

describe('no question is lost', () => {
  const begun = (change: Partial<Pick<FraudAlert, 'declined'>> = {}): FraudAlert =>
    newAlert({ id, origin: 'question', declined: false, ...change })

  test('one that came at night is put in the morning; one about a refused payment at once', () => {
    const asked = { at: noon, cardFrozen: false, quietUntil: later(7 * 3_600_000) } as const
    const night: AlertEvent = { kind: 'opened', ...asked }
    const asleep = stepAlert(begun(), night)
    expect(asleep).toMatchObject({ alert: { state: 'waiting', dueAt: later(7 * 3_600_000) }, effects: [] })
    const early = stepAlert(asleep.alert, { kind: 'due', ...asked, at: later(3_600_000) })
    expect(early).toEqual({ alert: asleep.alert, effects: [] })
    const day: AlertEvent = { kind: 'due', at: later(7 * 3_600_000), cardFrozen: false, quietUntil: undefined }
    expect(stepAlert(asleep.alert, day).effects).toEqual([{ do: 'ask' }])
    expect(stepAlert(begun({ declined: true }), night).effects).toEqual([{ do: 'ask' }])
  })

  test('one that nobody answers is brought up again, and then a person has it', () => {
    const day = { cardFrozen: false, quietUntil: undefined } as const
    const due = (ms: number): AlertEvent => ({ kind: 'due', at: later(ms), ...day })
    const asked = stepAlert(begun(), { kind: 'opened', at: noon, ...day }).alert
    expect(isOpen(asked)).toBe(true)
    const reminded = stepAlert(asked, due(remindAfterMs))
    expect(reminded.effects).toEqual([{ do: 'remind' }])
    const over = stepAlert(reminded.alert, due(remindAfterMs + expireAfterMs))
    expect(over.alert.state).toBe('expired')
    expect(over.effects).toEqual([{ do: 'close-question' }, { do: 'call-person', because: 'unanswered' }])
    // Late is not too late.
    expect(stepAlert(over.alert, { kind: 'not-me', at: later(expireAfterMs * 3) }).effects[0]).toEqual({ do: 'freeze' })
  })

  test('whatever else happens first, a question that was never answered and whose card works is put', () => {
    law(
      fc.property(fc.boolean(), fc.array(anyEvent, { maxLength: 8 }), (declined, before) => {
        const quiet = before.filter(({ kind }) => kind === 'details-shown' || kind === 'due' || kind === 'freeze-done')
        const { alert } = run(begun({ declined }), quiet)
        const opened = run(alert, [{ kind: 'opened', at: noon, cardFrozen: false, quietUntil: undefined }])
        expect(countOf(opened.effects, 'ask')).toBe(1)
      }),
    )
  })
})

describe('an answer can be taken back', () => {
  const asked = stepAlert(newAlert({ id, origin: 'question', declined: false }), {
    kind: 'opened',
    at: noon,
    cardFrozen: false,
    quietUntil: undefined,
  }).alert
  const seen = stepAlert(asked, { kind: 'details-shown', at: noon }).alert
  const genuine = stepAlert(seen, { kind: 'it-was-me', at: noon, withPasskey: false })

  test('"it was me" is no waiver: "not me" after it freezes, and the label turns', () => {
    expect(genuine.alert.state).toBe('genuine')
    const after = stepAlert(genuine.alert, { kind: 'not-me', at: later(1) })
    expect(after.alert.state).toBe('protecting')
    expect(after.effects).toContainEqual({ do: 'label', isFraud: true, informed: true, source: 'customer' })
  })

  test('"it was me" after a freeze leaves it frozen; with the passkey the label turns', () => {
    const frozen = run(seen, [
      { kind: 'not-me', at: noon },
      { kind: 'freeze-done', at: noon },
    ]).alert
    const said = stepAlert(frozen, { kind: 'it-was-me', at: noon, withPasskey: false })
    expect(said).toEqual({ alert: frozen, effects: [{ do: 'tell', what: 'stays-frozen' }] })
    const shown = stepAlert(frozen, { kind: 'it-was-me', at: noon, withPasskey: true })
    expect(shown.alert.state).toBe('protected')
    expect(shown.effects).toContainEqual({ do: 'label', isFraud: false, informed: true, source: 'customer' })
  })

  test('a bank that takes long is told of once, and a card that it froze at last is told of too', () => {
    const protecting = stepAlert(asked, { kind: 'not-me', at: noon }).alert
    const due: AlertEvent = { kind: 'due', at: later(freezeLateMs), cardFrozen: false, quietUntil: undefined }
    const late = stepAlert(protecting, due)
    expect(late.effects).toEqual([{ do: 'tell', what: 'freezing' }])
    expect(stepAlert(late.alert, due).effects).toEqual([])
    expect(stepAlert(late.alert, { kind: 'freeze-done', at: noon }).effects[0]).toEqual({ do: 'tell', what: 'frozen' })
  })
})
