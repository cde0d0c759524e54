import type { CardUse, CardUseKind, FraudLabel } from '../card-use.ts'
import { createFeatureEngine, type FeatureEngine } from '../features/create-feature-engine.ts'
import { featureNames } from '../features/feature-names.ts'
import { BruteForce } from './brute-force.ts'

/** One thing that happens, as choices: each number is taken modulo what there is to choose from. */
export type Step = {
  readonly what: number
  readonly who: number
  readonly where: number
  readonly when: number
  readonly amount: number
  readonly other: number
}

/** How a run of steps is set up. */
export type Setting = {
  readonly cards: number
  readonly terminals: number
  /** Seconds between steps, at most. */
  readonly pace: number
  readonly usesRememberedMax?: number
  /** Without: nothing is snapshot and restored. The order in which ids are forgotten does not outlive a restart. */
  readonly restarts: boolean
}

const percents = { use: 62, correction: 72, label: 90, again: 94, wait: 96, restart: 98 } as const
const begin = Date.UTC(2026, 0, 1)
const day = 86_400_000
const countries = ['US', 'CA', 'MX', 'FR', 'DE', 'JP', 'BR', 'GB', '']
const presences = ['in-person', 'online', 'recurring', 'unknown'] as const
const sources = ['customer', 'customer', 'agent', 'bank', 'dispute'] as const
const otherKinds: readonly CardUseKind[] = ['completion', 'reversal', 'reversal', 'advice', 'refund']

/**
 * Plays steps on an engine and on the brute force and says the first difference in words; undefined when they agree throughout. Uses
 * come late and twice, labels arrive later or have arrived, corrections come before what they correct, the engine is restarted from its
 * snapshots, one card is evicted and restored.
 */
export function compareWithBruteForce(setting: Setting, steps: Iterable<Step>): string | undefined {
  const limits = setting.usesRememberedMax === undefined ? {} : { usesRememberedMax: setting.usesRememberedMax }
  let engine = createFeatureEngine(limits)
  const brute = new BruteForce(setting.usesRememberedMax)
  const events: CardUse[] = []
  const customers = new Set<string>()
  let nowMs = begin
  let number = 0
  for (const step of steps) {
    number += 1
    nowMs += step.when % (setting.pace * 1000)
    const what = step.what % 100
    if (what < percents.use || events.length === 0) {
      const use = makeUse(setting, step, { id: `u${events.length}`, nowMs })
      events.push(use)
      customers.add(use.customer)
      const difference = observe(engine, brute, use)
      if (difference !== undefined) return `step ${number}: ${difference}`
    } else if (what < percents.correction) {
      const use = makeCorrection(step, events, nowMs)
      events.push(use)
      customers.add(use.customer)
      const difference = observe(engine, brute, use)
      if (difference !== undefined) return `step ${number}: ${difference}`
    } else if (what < percents.label) {
      const label = makeLabel(step, events, nowMs)
      engine.label(label)
      brute.label(label)
    } else if (what < percents.again) {
      const again = events[step.other % events.length]
      const difference = again === undefined ? undefined : observe(engine, brute, again)
      if (difference !== undefined) return `step ${number}: ${difference}`
    } else if (what < percents.wait) {
      engine.advanceTo(nowMs)
      brute.advanceTo(nowMs)
    } else if (!setting.restarts) {
      continue
    } else if (what < percents.restart) {
      engine = restart(engine, { brute, customers, limits })
    } else {
      const customer = `c${step.who % setting.cards}`
      if (!engine.holdsCard(customer)) continue
      const bytes = engine.snapshotCard(customer)
      engine.evictCard(customer)
      engine.restoreCard(customer, bytes)
    }
  }
  return undefined
}

function makeUse(
  { cards, terminals }: Setting,
  { who, where, when, amount, other }: Step,
  { id, nowMs }: { readonly id: string; readonly nowMs: number },
): CardUse {
  const presence = presences[other % presences.length] ?? 'unknown'
  const lateMs = other % 11 === 0 ? when % (2 * day) : 0
  const hasPlace = where % 3 !== 0
  return {
    id,
    kind: other % 29 === 0 ? 'advice' : 'authorization',
    customer: `c${who % cards}`,
    merchant: `m${(where >>> 3) % (terminals * 2)}`,
    terminal: `t${where % terminals}`,
    atMs: nowMs - lateMs,
    amountMinor: makeAmount(amount, other),
    category: '5411',
    country: countries[(where >>> 5) % countries.length] ?? '',
    presence,
    ...(hasPlace ? { latitude: ((where >>> 7) % 160) - 80 + 0.12345, longitude: ((where >>> 9) % 358) - 179 } : {}),
    ...(other % 5 === 0 ? { device: `d${who % 7}` } : {}),
  }
}

/** Mostly like groceries; now and then nothing, round, or beyond what fits a word. */
function makeAmount(amount: number, other: number): number {
  if (other % 41 === 0) return 0
  if (other % 43 === 0) return (amount % 100_000) * 1_000_000
  if (other % 47 === 0) return amount * 300 + (other % 100)
  if (other % 53 === 0) return Number.MAX_SAFE_INTEGER
  return other % 17 === 0 ? (amount % 5_000) * 5 : amount % 5_000
}

function makeCorrection({ where, when, amount, other }: Step, events: readonly CardUse[], nowMs: number): CardUse {
  const kind = otherKinds[where % otherKinds.length] ?? 'reversal'
  // One in eight comes before what it corrects.
  const ahead = other % 8 === 0 ? events.length + 1 + (where % 4) : other % events.length
  const of = events[ahead]?.id ?? `u${ahead}`
  const whole = events[other % events.length]?.amountMinor ?? 0
  return {
    id: `u${events.length}`,
    kind,
    of,
    customer: events[ahead]?.customer ?? 'c0',
    merchant: 'm0',
    terminal: 't0',
    atMs: nowMs - (when % day),
    amountMinor: amount % 3 === 0 ? whole : amount % 7_000,
    category: '',
    country: '',
    presence: 'unknown',
  }
}

function makeLabel({ who, where, when, amount, other }: Step, events: readonly CardUse[], nowMs: number): FraudLabel {
  const back = where % 3 === 0 ? other % events.length : Math.max(0, events.length - 1 - (other % 40))
  const use = events[back]
  const delayMs = [0, when % 3_600_000, when % (9 * day), -(when % day)][where % 4] ?? 0
  return {
    use: use?.id ?? 'u0',
    arrivedAtMs: nowMs + delayMs,
    isFraud: amount % 5 < 3,
    informed: who % 2 === 0,
    source: sources[who % sources.length] ?? 'bank',
    by: use?.customer ?? '',
  }
}

function observe(engine: FeatureEngine, brute: BruteForce, use: CardUse): string | undefined {
  return sayDifference(use, engine.observe(use), brute.observe(use))
}

/** The first feature that is not what it should be, in words. */
export function sayDifference(
  use: CardUse,
  given: Float64Array | undefined,
  wanted: ReadonlyMap<string, number> | undefined,
): string | undefined {
  if (given === undefined || wanted === undefined)
    return given === wanted ? undefined : `${use.id}: ${given === undefined ? 'refused' : 'taken'}`
  for (const [at, name] of featureNames.entries()) {
    const [is, should] = [given[at] ?? 0, wanted.get(name)]
    if (should === undefined) return `${name} is not in the brute force`
    if (!isSame(name, is, should)) return `${use.id} ${name} is ${is}, should be ${should}`
  }
  return undefined
}

/** Whole numbers are equal; what was divided or rooted may differ in the last digits. */
function isSame(name: string, is: number, should: number): boolean {
  if (Object.is(is, should)) return true
  if (/_(count|sum|merchants|countries|labelled|run|runun)/.test(name)) return is === should
  return Math.abs(is - should) <= 1e-6 + 1e-9 * Math.abs(should)
}

function restart(
  engine: FeatureEngine,
  { brute, customers, limits }: { brute: BruteForce; customers: ReadonlySet<string>; limits: object },
): FeatureEngine {
  const again = createFeatureEngine(limits)
  again.restoreMerchants(engine.snapshotMerchants())
  for (const customer of customers) again.restoreCard(customer, engine.snapshotCard(customer))
  again.advanceTo(brute.nowMs)
  for (const label of brute.labelsWaiting) again.label(label)
  return again
}
