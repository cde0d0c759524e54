import type { CardUse, FraudLabel } from '../card-use.ts'
import type { FeatureEngine } from '../features/create-feature-engine.ts'
import type { CardHistory } from './card-history.ts'
import { createLabelQueue } from './label-queue.ts'

/** What becomes known of a use, and when: none, one, or a first word and a later correction. */
export type Labelling = (row: number, use: CardUse) => readonly FraudLabel[]

/**
 * Plays a history through the features as it happened: before each use, every label that has arrived by then. `onUse` gets every use
 * that has something to decide.
 */
export function replayHistory(
  { history, engine, labelling }: { history: CardHistory; engine: FeatureEngine; labelling: Labelling },
  onUse: (row: number, features: Float64Array) => void,
): void {
  const queue = createLabelQueue()
  for (let row = 0; row < history.length; row += 1) {
    const use = history.useAt(row)
    for (let label = queue.take(use.atMs); label !== undefined; label = queue.take(use.atMs)) engine.label(label)
    const features = engine.observe(use)
    for (const label of labelling(row, use)) queue.add(label)
    if (features !== undefined) onUse(row, features)
  }
}

/** Every truth arrives as the bank's word, where the history says when, else so long after the use. */
export function labelAfter(history: CardHistory, delayMs: number): Labelling {
  return (row, use) => {
    const truth = history.truth(row)
    if (truth === 'unknown') return []
    const arrivedAtMs = Math.max(use.atMs, history.knownAtMs(row) ?? use.atMs + delayMs)
    return [{ use: use.id, arrivedAtMs, isFraud: truth === 'fraud', informed: true, source: 'bank', by: use.customer }]
  }
}
