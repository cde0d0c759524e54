import type { CardUse } from '../card-use.ts'
import { amountMinorMax, countedMark, genuineMark } from '../windows/amount-word.ts'
import { isBeside, isCounted, unknownPlace, type UseRecord } from '../windows/use-log.ts'
import { type Correction, correctionsWaitingMax, type EngineState, openCard } from './engine-state.ts'

/**
 * A completion or an advice gives its authorization the amount that was booked, a reversal takes its amount off, all of it where it is as
 * large or 0; a use without amount left no longer counts. What comes before its authorization waits for it. A refund changes nothing:
 * money that comes back is not spending, and what was spent was spent.
 */
export function correctUse(
  state: EngineState,
  use: CardUse,
  { low, high, cardOnly }: { readonly low: number; readonly high: number; readonly cardOnly: boolean },
): void {
  const { hash, uses } = state
  remember(state, use, { low, high })
  if (use.kind === 'refund' || use.of === undefined) return
  hash.take(use.of)
  const number = uses.find(hash.low, hash.high)
  if (number < 0) return wait(state, use.of, use)
  correctRecord(state, number, { correction: use, cardOnly })
}

/** Corrections that came before this authorization, once it is counted. */
export function applyWaiting(state: EngineState, use: CardUse, cardOnly: boolean): boolean {
  if (state.corrections.size === 0) return false
  const waiting = state.corrections.get(use.id)
  if (waiting === undefined) return false
  state.corrections.delete(use.id)
  state.hash.take(use.id)
  const number = state.uses.find(state.hash.low, state.hash.high)
  for (const correction of waiting) correctRecord(state, number, { correction, cardOnly })
  return true
}

function remember(state: EngineState, use: CardUse, { low, high }: { low: number; high: number }): void {
  const { cards, uses } = state
  const card = openCard(state, use.customer)
  const record = uses.add(
    {
      low,
      high,
      card,
      cardSequence: 0,
      cardPlace: unknownPlace,
      terminal: -1,
      terminalSequence: 0,
      terminalPlace: unknownPlace,
      happened: 0,
      amount: 0,
      state: isBeside,
    },
    cards.newestRecord(card),
  )
  cards.setNewestRecord(card, record + 1)
}

function wait({ corrections }: EngineState, of: string, { kind, amountMinor, customer }: CardUse): void {
  const waiting = corrections.get(of) ?? []
  corrections.set(of, [...waiting, { kind, amountMinor, customer }].slice(-correctionsOfOneMax))
  const [oldest] = corrections.keys()
  if (corrections.size > correctionsWaitingMax && oldest !== undefined) corrections.delete(oldest)
}

/** Most corrections that wait for one authorization. */
const correctionsOfOneMax = 8

function correctRecord(
  state: EngineState,
  number: number,
  { correction, cardOnly }: { readonly correction: Correction; readonly cardOnly: boolean },
): void {
  const { cards, uses } = state
  const record = uses.read(number)
  // What left the card's windows stays as it was.
  if (record.card < 0 || (record.state & isBeside) !== 0 || !cards.holds(record.card, record.cardSequence)) return
  const amount = amountAfter(record, correction)
  const counted = amount > 0
  const place = placeOnCard(state, record)
  if ((cards.amountWordAt(place) & genuineMark) !== 0) {
    if ((record.state & isCounted) !== 0) cards.addGenuine(record.card, record.amount, -1)
    if (counted) cards.addGenuine(record.card, amount, 1)
  }
  cards.correct(record.card, place, { amount, counted })
  if (!cardOnly) correctAtTerminal(state, record, { amount, counted })
  uses.setAmount(number, amount)
  uses.setState(number, (record.state & ~isCounted) | (counted ? isCounted : 0))
}

/** Where a use that its card holds lies. */
export function placeOnCard({ cards }: EngineState, { card, cardSequence, cardPlace }: UseRecord): number {
  return cardPlace === unknownPlace ? cards.placeOf(card, cardSequence) : cardPlace
}

/** What is left of the use; 0: nothing. */
function amountAfter(record: UseRecord, { kind, amountMinor }: Correction): number {
  const amount = Math.min(amountMinor, amountMinorMax)
  if (kind !== 'reversal') return amount
  return amount === 0 ? 0 : Math.max(0, record.amount - amount)
}

function correctAtTerminal(
  { terminals }: EngineState,
  record: UseRecord,
  to: { readonly amount: number; readonly counted: boolean },
): void {
  const { terminal, terminalSequence, terminalPlace } = record
  if (terminal < 0 || !terminals.holds(terminal, terminalSequence)) return
  const place = terminalPlace === unknownPlace ? terminals.placeOf(terminal, terminalSequence) : terminalPlace
  // Terminals restored from an older snapshot may have given the number to another use.
  const isCountedThere = (terminals.amountWordAt(place) & countedMark) !== 0
  if (terminals.amountAt(place) !== record.amount || isCountedThere !== ((record.state & isCounted) !== 0)) return
  terminals.correct(terminal, place, to)
}
