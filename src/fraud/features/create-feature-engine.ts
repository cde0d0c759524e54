import { Fault } from '../../kernel/index.ts'
import type { CardUse, FraudLabel } from '../card-use.ts'
import { applyLabel } from './apply-label.ts'
import { readCardSnapshot, writeCardSnapshot } from './card-snapshot.ts'
import { applyWaiting, correctUse } from './correct-use.ts'
import { countUse, secondOf } from './count-use.ts'
import { bytesOf, createEngineState, type EngineLimits, type EngineState, findCard } from './engine-state.ts'
import { evictCard } from './evict-card.ts'
import { featureNames } from './feature-names.ts'
import { readMerchantSnapshot, writeMerchantSnapshot } from './merchant-snapshot.ts'
import { writeFeatures } from './write-features.ts'

/** Counts card uses into windows and tells each use's features. Pure: time is the events'. docs/fraud-features.md defines all of it. */
export type FeatureEngine = {
  /**
   * Advances time, counts the use into its windows (itself included) and gives its features, `featureNames` in order, NaN where there is
   * nothing to tell. The array is the caller's: `into`, or a new one. undefined: nothing to decide (an id seen before, or a completion,
   * reversal or refund, which only correct). Throws a Fault when too many cards are held.
   */
  observe(use: CardUse, into?: Float64Array): Float64Array | undefined
  /**
   * Tells that it is this late: labels that waited for it count from now on. Whoever runs live says so before observe and label; without,
   * time is that of the latest use.
   */
  advanceTo(nowMs: number): void
  /**
   * Takes a label in; it counts from its arrival on, which may lie ahead. Whether the use is remembered: where it is not (its card was
   * evicted, or it is too long ago), nothing happens.
   */
  label(label: FraudLabel): boolean
  /** What `observe` and `label` do, for the card alone: after restoreCard, for what came since the snapshot and the merchants know already. */
  replayCard(event: CardUse | FraudLabel): void
  holdsCard(customer: string): boolean
  /** One card's state without labels that are still to arrive. Throws a Fault where the card is not held. */
  snapshotCard(customer: string): Uint8Array
  /** Holds the card as the bytes have it, instead of as it is now. Throws a Fault (`fraud/snapshot-malformed`) and changes nothing for bytes that are none. */
  restoreCard(customer: string, bytes: Uint8Array): void
  /** Forgets the card; nothing happens where it is not held. */
  evictCard(customer: string): void
  /**
   * The windows and labels of all terminals that were used or labelled since, and the mean of all amounts. No card and no customer is named
   * in it; docs/fraud-features.md says what it holds.
   */
  snapshotMerchants(sinceMs?: number): Uint8Array
  /** Replaces all terminals; comes before any restoreCard. Throws as restoreCard does. */
  restoreMerchants(bytes: Uint8Array): void
  /** Grows with whatever is counted at a terminal, and with nothing else than what may be: whether another snapshot of merchants is due. */
  readonly merchantChanges: number
  readonly cardsHeld: number
  readonly terminalsHeld: number
  /** Memory held, about. */
  readonly bytes: number
}

export function createFeatureEngine(limits: EngineLimits = {}): FeatureEngine {
  const state = createEngineState(limits)
  return {
    observe(use, into) {
      advance(state, use.atMs)
      state.changes.atTerminals += 1
      return observe(state, use, into)
    },
    advanceTo: (nowMs) => advance(state, nowMs),
    label(label) {
      const { hash, uses, labelsWaiting, time } = state
      if (label.arrivedAtMs > time.nowMs) labelsWaiting.add(label)
      else applyLabel(state, label, false)
      hash.take(label.use)
      const isRemembered = uses.find(hash.low, hash.high) >= 0
      if (isRemembered) state.changes.atTerminals += 1
      return isRemembered
    },
    replayCard(event) {
      if ('use' in event) applyLabel(state, event, true)
      else take(state, event, true)
    },
    holdsCard: (customer) => findCard(state, customer) >= 0,
    snapshotCard(customer) {
      const card = findCard(state, customer)
      if (card < 0) throw new Fault('fraud/card-not-held', { retry: 'never' })
      return writeCardSnapshot(state, card, customer)
    },
    restoreCard: (customer, bytes) => readCardSnapshot(state, customer, bytes),
    evictCard: (customer) => evictCard(state, customer),
    snapshotMerchants: (sinceMs = 0) => writeMerchantSnapshot(state, secondOf(sinceMs)),
    restoreMerchants: (bytes) => readMerchantSnapshot(state, bytes),
    get merchantChanges() {
      return state.changes.atTerminals
    },
    get cardsHeld() {
      return state.cards.slots.held
    },
    get terminalsHeld() {
      return state.terminals.slots.held
    },
    get bytes() {
      return bytesOf(state)
    },
  }
}

function advance(state: EngineState, nowMs: number): void {
  if (nowMs <= state.time.nowMs) return
  state.time.nowMs = nowMs
  while (state.labelsWaiting.nextArrivalMs <= nowMs) {
    const label = state.labelsWaiting.take()
    if (label === undefined) continue
    state.changes.atTerminals += 1
    applyLabel(state, label, false)
  }
}

function observe(state: EngineState, use: CardUse, into?: Float64Array): Float64Array | undefined {
  const counted = take(state, use, false)
  if (counted === undefined) return undefined
  return writeFeatures(state, use, { counted, into: into ?? new Float64Array(featureNames.length) })
}

/** Counts or corrects; undefined: there is nothing to decide. */
function take(state: EngineState, use: CardUse, cardOnly: boolean): ReturnType<typeof countUse> | undefined {
  const { hash, uses } = state
  hash.take(use.id)
  const { low, high } = hash
  if (uses.find(low, high) >= 0) return undefined
  if (!isUse(use)) {
    correctUse(state, use, { low, high, cardOnly })
    return undefined
  }
  const counted = countUse(state, use, { low, high, cardOnly })
  applyWaiting(state, use, cardOnly)
  return counted
}

/** Completions and advices that name no authorization are payments of their own. */
function isUse({ kind, of }: CardUse): boolean {
  return kind === 'authorization' || (of === undefined && (kind === 'completion' || kind === 'advice'))
}
