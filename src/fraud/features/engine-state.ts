import type { CardUse } from '../card-use.ts'
import { CardWindows } from '../windows/card-windows.ts'
import { FraudRuns } from '../windows/fraud-runs.ts'
import { KeyHash } from '../windows/key-hash.ts'
import { KeyTable } from '../windows/key-table.ts'
import { LabelQueue } from '../windows/label-queue.ts'
import { LabelWindows } from '../windows/label-windows.ts'
import { PagePool } from '../windows/page-pool.ts'
import { TerminalWindows } from '../windows/terminal-windows.ts'
import { UseLog } from '../windows/use-log.ts'

/** Bounds of one engine's memory. */
export type EngineLimits = {
  /** Cards held at once; beyond it `observe` throws until some are evicted. Default 2 million. */
  readonly cardsMax?: number
  /** Terminals held at once; beyond it the eighth that was idle the longest is forgotten. Default a million. */
  readonly terminalsMax?: number
  /** Uses whose ids are remembered, to refuse them twice and to find them for labels; rounded up to a power of two. Default 2^20. */
  readonly usesRememberedMax?: number
}

const limitsByDefault = { cardsMax: 2_000_000, terminalsMax: 1_000_000, usesRememberedMax: 2 ** 20 }

/** Corrections that came before what they correct, at most; beyond it the oldest is forgotten. */
export const correctionsWaitingMax = 4_096

/** A completion, an advice or a reversal that waits for its authorization. */
export type Correction = Pick<CardUse, 'kind' | 'amountMinor' | 'customer'>

/** All that an engine holds. */
export type EngineState = {
  readonly pages: PagePool
  readonly cards: CardWindows
  readonly terminals: TerminalWindows
  readonly labels: LabelWindows
  readonly runs: FraudRuns
  readonly uses: UseLog
  readonly cardKeys: KeyTable
  readonly terminalKeys: KeyTable
  readonly hash: KeyHash
  /** All uses ever counted and their amounts: what a card without history is measured against. */
  readonly totals: { uses: number; amount: number }
  /** How often something may have changed at a terminal. */
  readonly changes: { atTerminals: number }
  /** The latest time that an event told: labels that arrive later wait. */
  readonly time: { nowMs: number }
  readonly labelsWaiting: LabelQueue
  readonly corrections: Map<string, Correction[]>
  readonly terminalsMax: number
}

export function createEngineState(limits: EngineLimits): EngineState {
  const { cardsMax, terminalsMax, usesRememberedMax } = { ...limitsByDefault, ...limits }
  const pages = new PagePool()
  const runs = new FraudRuns()
  const labels: LabelWindows = new LabelWindows(pages, terminalsMax, (slot, label) => runs.remove(slot, label, labels))
  return {
    pages,
    runs,
    labels,
    cards: new CardWindows(pages, cardsMax),
    terminals: new TerminalWindows(pages, terminalsMax),
    uses: new UseLog(usesRememberedMax),
    cardKeys: new KeyTable(),
    terminalKeys: new KeyTable(),
    hash: new KeyHash(hashSeed),
    totals: { uses: 0, amount: 0 },
    changes: { atTerminals: 0 },
    time: { nowMs: Number.NEGATIVE_INFINITY },
    labelsWaiting: new LabelQueue(),
    corrections: new Map(),
    terminalsMax,
  }
}

/** Snapshots of one engine are read by another, so the keys' hash has one seed. */
const hashSeed = 0x7061_726c

/** Memory held, about. */
export function bytesOf(state: EngineState): number {
  const parts = [state.pages, state.cards.slots, state.terminals.slots, state.labels.slots, state.runs, state.uses]
  const tables = [state.cardKeys, state.terminalKeys]
  const waiting = state.labelsWaiting.size * bytesOfWaiting + state.corrections.size * bytesOfWaiting
  return [...parts, ...tables].reduce((sum, { bytes }) => sum + bytes, waiting)
}

const bytesOfWaiting = 200

/** The slot of a card, or −1. */
export function findCard({ cardKeys, hash }: EngineState, customer: string): number {
  hash.take(customer)
  return cardKeys.find(hash.low, hash.high)
}

/** The slot of a card, which begins to be held if it was not. */
export function openCard(state: EngineState, customer: string): number {
  const found = findCard(state, customer)
  if (found >= 0) return found
  const { low, high } = state.hash
  const slot = state.cards.open()
  state.cardKeys.set(low, high, slot)
  return slot
}

/** The slot of a terminal by its key's hash, which begins to be held if it was not. */
export function openTerminal(state: EngineState, low: number, high: number): number {
  const found = state.terminalKeys.find(low, high)
  if (found >= 0) return found
  if (state.terminals.slots.held >= state.terminalsMax) forgetIdleTerminals(state)
  const slot = state.terminals.open()
  state.terminals.setKey(slot, low, high)
  state.terminalKeys.set(low, high, slot)
  return slot
}

/** The share of terminals that is forgotten at once when there are too many. */
const forgottenShare = 1 / 8

function forgetIdleTerminals(state: EngineState): void {
  const all = [...state.terminalKeys.entries()].map(({ value }) => ({
    slot: value,
    clock: state.terminals.clock(value),
  }))
  all.sort((left, right) => left.clock - right.clock || left.slot - right.slot)
  const idle = all.slice(0, Math.max(1, Math.floor(all.length * forgottenShare)))
  const slots = new Set(idle.map(({ slot }) => slot))
  for (const slot of slots) closeTerminal(state, slot)
  state.uses.loseTerminals((slot) => slots.has(slot))
}

/** Forgets a terminal; the log of uses must lose it too. */
export function closeTerminal({ terminals, terminalKeys, labels, runs }: EngineState, slot: number): void {
  const { low, high } = terminals.keyOf(slot)
  terminalKeys.remove(low, high)
  const own = terminals.labelsOf(slot)
  if (own >= 0) {
    labels.close(own)
    runs.forget(own)
  }
  terminals.close(slot)
}
