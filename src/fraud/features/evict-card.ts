import { type EngineState, findCard } from './engine-state.ts'

/** Forgets a card: its windows, the ids of its uses, what waits for them. What its uses told of terminals stays. */
export function evictCard(state: EngineState, customer: string): void {
  const { cards, cardKeys, corrections, hash, uses } = state
  const card = findCard(state, customer)
  if (card < 0) return
  for (const record of uses.ofCard(card, cards.newestRecord(card))) uses.drop(record)
  hash.take(customer)
  cardKeys.remove(hash.low, hash.high)
  cards.close(card)
  for (const [of, waiting] of corrections) {
    const others = waiting.filter((correction) => correction.customer !== customer)
    if (others.length === 0) corrections.delete(of)
    else if (others.length < waiting.length) corrections.set(of, others)
  }
}
