import { describe, expect, test } from 'vitest'
import type { CardUse } from '../card-use.ts'
import { createDecider } from '../decide.ts'
import type { DeciderOptions } from '../decide.ts'
import { buildHistory } from '../evaluate/card-history.ts'
import type { Truth } from '../evaluate/card-history.ts'
import { labelAfter } from '../evaluate/replay-history.ts'
import { createFeatureEngine } from '../features/create-feature-engine.ts'
import { compileRules } from '../rules/compile-rules.ts'
import { createRuleLists } from '../rules/rule-lists.ts'
import type { RuleSet, Thresholds } from '../rules/rule-set.ts'
import { dayMs } from './figures.ts'
import { falsePer1000, runBacktest } from './run-backtest.ts'
import { createShadow } from './shadow.ts'
import type { ShadowCount } from './shadow.ts'

const start = Date.UTC(2026, 0, 5, 12)

function use(id: string, change: Partial<CardUse> = {}): CardUse {
  return {
    id,
    kind: 'authorization',
    customer: 'c1',
    merchant: 'm1',
    terminal: 't1',
    atMs: start,
    amountMinor: 1_000,
    category: '5411',
    country: 'US',
    presence: 'online',
    ...change,
  }
}

function rules(
  sentences: Readonly<Record<string, string>>,
  change: Partial<Pick<RuleSet, 'version' | 'thresholds'>> = {},
) {
  const list = Object.entries(sentences).map(([id, sentence]) => ({ id, version: 1, sentence }))
  const lists = createRuleLists([{ list: 'trusted_merchants', key: 'm-trusted' }])
  return compileRules({ version: 1, currency: 'USD', thresholds: { ask: 0.5 }, rules: list, ...change }, lists)
}

const sentences = {
  trusted: 'allow when merchant in trusted_merchants',
  large: 'block when amount > 500 USD',
  busy: 'review when uses_last_hour >= 3',
}

/** Days of a life: what is fraud, what only looks so, and what nobody found out about. */
const life: readonly (readonly [use: CardUse, truth: Truth])[] = [
  [use('a', { amountMinor: 60_000 }), 'fraud'],
  [use('b', { amountMinor: 70_000, customer: 'c2' }), 'genuine'],
  [use('c', { amountMinor: 80_000, customer: 'c2', atMs: start + 1 }), 'genuine'],
  [use('d', { amountMinor: 90_000, merchant: 'm-trusted', customer: 'c3' }), 'fraud'],
  [use('e', { atMs: start + dayMs }), 'genuine'],
  [use('f', { atMs: start + dayMs + 1 }), 'genuine'],
  [use('g', { atMs: start + dayMs + 2 }), 'genuine'],
  [use('h', { atMs: start + dayMs + 3 }), 'unknown'],
  [use('i', { atMs: start + dayMs + 4, amountMinor: 2_000 }), 'fraud'],
]

function historyOf(lived: typeof life) {
  const history = buildHistory()
  for (const [each, truth] of lived) history.add(each, truth)
  return history.finish()
}

describe('a backtest', () => {
  const history = historyOf(life)
  const input = { history, labelling: labelAfter(history, 7 * dayMs), candidate: rules(sentences) }

  test('says what each rule and the whole set would have caught, and whom they would have troubled for nothing', () => {
    const found = runBacktest(input)
    expect(found).toMatchObject({ from: '2026-01-05', to: '2026-01-06', days: 2, customers: 3, uses: 8, frauds: 3 })
    expect(found.fraudMinor).toBe(152_000)
    // Two questions to one customer on one day are one trouble.
    expect(found.candidate.byOutcome.block).toEqual({
      uses: 3,
      frauds: 1,
      fraudMinor: 60_000,
      genuine: 2,
      falseQuestions: 1,
    })
    expect(found.candidate.byOutcome.review).toEqual({
      uses: 2,
      frauds: 1,
      fraudMinor: 2_000,
      genuine: 1,
      falseQuestions: 1,
    })
    expect(found.candidate.byOutcome.allow).toMatchObject({ uses: 1, frauds: 1, fraudMinor: 90_000 })
    expect(found.candidate.asked).toEqual({ uses: 5, frauds: 2, fraudMinor: 62_000, genuine: 3, falseQuestions: 2 })
    expect(falsePer1000(found.candidate.asked, found)).toBeCloseTo((2 / 6) * 1_000)
    const large = found.candidate.rules.find(({ id }) => id === 'large')
    expect(large?.alone).toMatchObject({ uses: 4, frauds: 2, fraudMinor: 150_000 })
    expect(large?.decided).toMatchObject({ uses: 3, frauds: 1, fraudMinor: 60_000 })
  })

  test('shows the candidate against the live set: what more it asks, and what it asks no longer', () => {
    const live = rules({ busy: 'review when uses_last_hour >= 4', large: sentences.large })
    const { more, less } = runBacktest({ ...input, live })
    expect(more).toMatchObject({ uses: 1, genuine: 1, falseQuestions: 1 })
    expect(less).toMatchObject({ uses: 1, frauds: 1, fraudMinor: 90_000 })
  })

  test('counts only from a day on; what was before fills the windows', () => {
    const found = runBacktest({ ...input, countFromMs: start + dayMs + 2 })
    expect(found).toMatchObject({ uses: 2, frauds: 1, days: 1 })
    expect(found.candidate.byOutcome.review.uses).toBe(2)
  })

  test('asks the score where no rule speaks', () => {
    const scorer = { score: (features: Float64Array) => ((features[0] ?? 0) > 60_000 ? 0.9 : 0.1) }
    const found = runBacktest({ ...input, candidate: rules({}), scorer })
    expect(found.candidate.byScore).toEqual(found.candidate.asked)
    expect(found.candidate.asked).toMatchObject({ uses: 3, frauds: 1 })
  })

  test('over nothing says nothing', () => {
    const none = runBacktest({ ...input, history: historyOf([]) })
    expect(none).toMatchObject({ from: null, days: 0, customers: 0, uses: 0 })
    expect(falsePer1000(none.candidate.asked, none)).toBe(0)
  })
})

describe('the decider', () => {
  const decider = (change: Partial<DeciderOptions> = {}) =>
    createDecider({ engine: createFeatureEngine(), rules: rules(sentences), declines: true, ...change })
  const scored = (score: number, thresholds: Thresholds = { ask: 0.5, decline: 0.9 }) =>
    decider({
      rules: rules({}),
      thresholds,
      scorer: { version: 'm1', score: () => score, explain: () => [{ feature: 'c_km', contribution: 2 }] },
    })

  test('blocks, asks and lets through, and names the rule that did, with its sentence', () => {
    const one = decider()
    expect(one.decide(use('1', { amountMinor: 60_000 }))).toMatchObject({
      verdict: 'decline',
      ask: true,
      rule: { id: 'large', version: 1, sentence: sentences.large },
      reasons: ['rule'],
      modelVersion: 'none',
      rulesVersion: 1,
    })
    expect(one.decide(use('2', { amountMinor: 60_000, merchant: 'm-trusted' }))).toMatchObject({ verdict: 'approve', ask: false, reasons: [], rule: { id: 'trusted' } }) // prettier-ignore
    expect(one.decide(use('3'))).toMatchObject({ verdict: 'observe', ask: true, rule: { id: 'busy' } })
    expect(decider().decide(use('4'))).toMatchObject({ verdict: 'approve', ask: false, reasons: [] })
  })

  test('never declines where the bank takes no declines: it observes and asks', () => {
    expect(decider({ declines: false }).decide(use('1', { amountMinor: 60_000 }))).toMatchObject({ verdict: 'observe', ask: true, rule: { id: 'large' } }) // prettier-ignore
    expect(scored(0.99).decide(use('1'))).toMatchObject({ verdict: 'decline', ask: true, reasons: ['far-away'] })
    expect(scored(0.99, { ask: 0.5 }).decide(use('1'))).toMatchObject({ verdict: 'observe', ask: true })
  })

  test('never declines what is not asked for any more: an advice is observed, with a question', () => {
    expect(decider().decide(use('1', { kind: 'advice', amountMinor: 60_000 }))).toMatchObject({ verdict: 'observe', ask: true }) // prettier-ignore
  })

  test('a use that was seen before asks nobody again', () => {
    const one = decider()
    one.decide(use('1', { amountMinor: 60_000 }))
    expect(one.decide(use('1', { amountMinor: 60_000 }))).toMatchObject({ verdict: 'observe', ask: false, reasons: [] })
  })

  test('says of a backtest’s uses what the backtest counted: one way to features, one way to judge', () => {
    const one = decider()
    const asked = life.filter(([each, truth]) => one.decide(each).ask && truth !== 'unknown')
    const history = historyOf(life)
    const found = runBacktest({ history, labelling: labelAfter(history, 7 * dayMs), candidate: rules(sentences) })
    expect(asked).toHaveLength(found.candidate.asked.uses)
  })
})

describe('a shadow', () => {
  const live = { id: 'live', rules: rules({ large: sentences.large }) }
  const candidate = { id: 'new', rules: rules({ busy: sentences.busy }, { version: 2 }) }
  const line = (counts: readonly ShadowCount[], set: string, name: string) =>
    counts.find((count) => count.set === set && count.line === name)

  test('counts what a candidate would have asked beside what the live set asked, and changes no decision', () => {
    const shadow = createShadow(live, [candidate])
    const with_ = createDecider({ engine: createFeatureEngine(), rules: live.rules, declines: false, shadow })
    const without = createDecider({ engine: createFeatureEngine(), rules: live.rules, declines: false })
    for (const [each] of life) expect(with_.decide(each)).toEqual(without.decide(each))
    const counts = shadow.take()
    expect(line(counts, 'live', 'block')).toMatchObject({ uses: 4, customers: 3, frauds: 0, genuine: 0 })
    expect(line(counts, 'new', 'asked')).toMatchObject({ uses: 3, customers: 1 })
    expect(line(counts, 'new', 'rule busy')).toMatchObject({ uses: 3 })
    expect(shadow.take()).toEqual([])
    shadow.label({ use: 'i', isFraud: true })
    shadow.label({ use: 'g', isFraud: false })
    shadow.label({ use: 'unknown', isFraud: true })
    const labelled = shadow.take()
    expect(line(labelled, 'new', 'asked')).toMatchObject({ uses: 0, frauds: 1, fraudMinor: 2_000, genuine: 1 })
    expect(line(labelled, 'live', 'asked')).toBeUndefined()
    shadow.label({ use: 'i', isFraud: true })
    expect(shadow.take()).toEqual([])
    shadow.label({ use: 'i', isFraud: false })
    expect(line(shadow.take(), 'new', 'asked')).toMatchObject({ frauds: -1, fraudMinor: -2_000, genuine: 1 })
  })
})
