import type { FraudLabel } from '../card-use.ts'
import { fraudMark, genuineMark } from '../windows/amount-word.ts'
import { fullWeight } from '../windows/label-windows.ts'
import { isBeside, isCounted, isOdd, rankMask, saysFraud, type UseRecord } from '../windows/use-log.ts'
import { placeOnCard } from './correct-use.ts'
import { secondOf } from './count-use.ts'
import type { EngineState } from './engine-state.ts'

/**
 * What one customer's word may weigh at one terminal within thirty days, in whole labels. A terminal that steals does so from many; with
 * three, nobody alone can ruin a merchant's name, or wash one clean, and a real victim is still heard more than once.
 */
export const customerSwayMax = 3
/**
 * A customer who says "not me" without having seen the payment's details weighs half: many take back what they said once they see it. "It
 * was me" without details weighs nothing, for anybody taps that to be left alone, the thief first.
 */
const uninformedWeight = fullWeight / 2

/** Takes a label that has arrived into the card's history and, unless only the card is restored, the terminal's risk. */
export function applyLabel(state: EngineState, label: FraudLabel, cardOnly: boolean): void {
  const { hash, uses } = state
  hash.take(label.use)
  const number = uses.find(hash.low, hash.high)
  if (number < 0) return
  const record = uses.read(number)
  const rank = rankOf(label)
  if (rank === 0 || (record.state & isBeside) !== 0 || !outranks(record, label, rank)) return
  markCard(state, record, label.isFraud)
  if (!cardOnly) labelTerminal(state, record, label)
  const kept = record.state & ~(rankMask | saysFraud)
  uses.setState(number, kept | rank | (label.isFraud ? saysFraud : 0))
}

/** Whose word stands: the bank's finding over an agent's over a dispute's and an informed customer's over an uninformed one's. */
function rankOf({ source, informed, isFraud }: FraudLabel): number {
  if (source === 'bank') return 4
  if (source === 'agent') return 3
  if (source === 'dispute' || informed) return 2
  return isFraud ? 1 : 0
}

/** A word of the same rank takes back the one before; the same said again changes nothing. */
function outranks({ state }: UseRecord, { isFraud }: FraudLabel, rank: number): boolean {
  const standing = state & rankMask
  const isSame = standing !== 0 && ((state & saysFraud) !== 0) === isFraud
  return isSame ? rank > standing : rank >= standing
}

function markCard(state: EngineState, record: UseRecord, isFraud: boolean): void {
  const { cards } = state
  const { card, cardSequence, amount } = record
  if (card < 0) return
  const isHeld = cards.holds(card, cardSequence)
  if ((record.state & isCounted) !== 0) {
    const isLabelled = (record.state & rankMask) !== 0
    // What left the windows without a label has been presumed genuine.
    const wasGenuine = isLabelled ? (record.state & saysFraud) === 0 : !isHeld
    if (wasGenuine && isFraud) cards.addGenuine(card, amount, -1)
    if (!wasGenuine && !isFraud) cards.addGenuine(card, amount, 1)
  }
  if (!isHeld) return
  const place = placeOnCard(state, record)
  cards.mark(place, { set: isFraud ? fraudMark : genuineMark, clear: isFraud ? genuineMark : fraudMark })
}

function labelTerminal(state: EngineState, record: UseRecord, label: FraudLabel): void {
  const { terminals, labels, runs } = state
  const { terminal } = record
  if (terminal < 0) return
  if (terminals.labelsOf(terminal) < 0) terminals.setLabels(terminal, labels.open())
  const own = terminals.labelsOf(terminal)
  const arrived = terminals.advance(terminal, secondOf(label.arrivedAtMs))
  labels.advance(own, arrived)
  if ((record.state & rankMask) !== 0) takeBack(state, own, record)
  const by = shortOf(state, label)
  const weight = Math.min(weightOf(label), by === 0 ? fullWeight : swayLeft(state, own, by))
  if (weight <= 0) return
  const explained = (record.state & isOdd) !== 0
  const { happened, low: use } = record
  const added = { arrived, happened, weight, isFraud: label.isFraud, explained, by, use }
  labels.push(own, added)
  runs.add(own, added)
}

function weightOf({ source, informed }: FraudLabel): number {
  return source === 'customer' && !informed ? uninformedWeight : fullWeight
}

/** Whose sway is capped: a customer's own word. An agent's and the bank's are findings; 0 for those. */
function shortOf({ hash }: EngineState, { source, by }: FraudLabel): number {
  return source === 'customer' || source === 'dispute' ? hash.short(by) : 0
}

function swayLeft({ labels }: EngineState, own: number, by: number): number {
  let left = customerSwayMax * fullWeight
  labels.walk(own, (label) => {
    if (label.by === by) left -= label.weight
  })
  return left
}

function takeBack({ labels, runs }: EngineState, own: number, record: UseRecord): void {
  let found = -1
  labels.walk(own, (label, place) => {
    if (label.use === record.low && label.happened === record.happened) found = place
  })
  if (found >= 0) runs.remove(own, labels.strike(own, found), labels)
}
