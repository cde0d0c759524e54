import type { CardUse } from '../card-use.ts'
import { amountMinorMax, countedMark } from '../windows/amount-word.ts'
import type { CardPlace, CardSeen } from '../windows/card-windows.ts'
import { isCounted, isOdd } from '../windows/use-log.ts'
import { type EngineState, openCard, openTerminal } from './engine-state.ts'
import { oddRatio, type Usual, usualAmount } from './odd-amount.ts'

/** What the card's windows do not tell about a counted use once it is in them. NaN: unknown. */
export type Counted = {
  readonly card: number
  /** −1 when a card alone was restored. */
  readonly terminal: number
  readonly seen: CardSeen
  readonly usual: Usual
  /** At least `oddRatio` times the usual. */
  readonly odd: boolean
  /** Seconds since the card's, the terminal's use before. */
  readonly sinceLast: number
  readonly terminalSinceLast: number
  readonly newMerchant: boolean
  readonly newCountry: number
  readonly newDevice: number
  /** Where and when the card was used in person before; time 0: never, or this use has no place. */
  readonly before: CardPlace
}

/** Counts a use into the windows of its card and, unless only the card is restored, of its terminal; remembers its id. */
export function countUse(
  state: EngineState,
  use: CardUse,
  { low, high, cardOnly }: { readonly low: number; readonly high: number; readonly cardOnly: boolean },
): Counted {
  const { cards, hash, totals } = state
  const amount = Math.min(use.amountMinor, amountMinorMax)
  const second = secondOf(use.atMs)
  const card = openCard(state, use.customer)
  const clockBefore = cards.clock(card)
  const now = cards.advance(card, second)
  cards.makeRoom(card)
  const merchant = hash.short(use.merchant)
  const seen = cards.look(card, merchant)
  if (!cardOnly) {
    totals.uses += 1
    totals.amount += amount
  }
  const usual = usualAmount(cards.genuine(card), totals.uses === 0 ? amount : totals.amount / totals.uses)
  const odd = amount >= oddRatio * usual.mean && amount > 0
  const cardSequence = cards.sequence(card)
  const cardPlace = cards.take(card, { amount, odd, merchant })
  const atTerminal = cardOnly ? nowhere : countAtTerminal(state, use.terminal, { second, amount })
  const record = state.uses.add(
    {
      low,
      high,
      card,
      cardSequence,
      cardPlace,
      terminal: cardOnly ? openTerminalOf(state, use.terminal) : atTerminal.terminal,
      terminalSequence: atTerminal.sequence,
      terminalPlace: atTerminal.place,
      happened: second,
      amount,
      state: isCounted | (odd ? isOdd : 0),
    },
    cards.newestRecord(card),
  )
  cards.setNewestRecord(card, record + 1)
  return {
    card,
    terminal: atTerminal.terminal,
    seen,
    usual,
    odd,
    sinceLast: clockBefore === 0 ? Number.NaN : now - clockBefore,
    terminalSinceLast: atTerminal.sinceLast,
    newMerchant: seen.sameMerchant < 0,
    newCountry: use.country === '' ? Number.NaN : Number(cards.visit(card, countryNumber(use.country))),
    newDevice: use.device === undefined ? Number.NaN : Number(cards.meet(card, hash.short(use.device))),
    before: move(state, card, use),
  }
}

/** Whole seconds since 1970, as far as 32 bits go (2106). */
export function secondOf(atMs: number): number {
  return Math.min(Math.floor(atMs / 1000), secondMax)
}

const secondMax = 2 ** 32 - 1

type AtTerminal = {
  readonly terminal: number
  readonly sequence: number
  readonly place: number
  readonly sinceLast: number
}

const unheld = 0xffff_ffff
const nowhere: AtTerminal = { terminal: -1, sequence: unheld, place: unheld, sinceLast: Number.NaN }

function countAtTerminal(
  state: EngineState,
  key: string,
  { second, amount }: { readonly second: number; readonly amount: number },
): AtTerminal {
  const { terminals, labels } = state
  const terminal = openTerminalOf(state, key)
  const before = terminals.lastUse(terminal)
  const now = terminals.advance(terminal, second)
  const own = terminals.labelsOf(terminal)
  if (own >= 0) labels.advance(own, now)
  const sequence = terminals.sequence(terminal)
  const place = terminals.push(terminal, { time: now, amount, marks: countedMark, extra: 0 })
  terminals.setLastUse(terminal, now)
  return { terminal, sequence, place, sinceLast: before === 0 ? Number.NaN : now - before }
}

function openTerminalOf(state: EngineState, key: string): number {
  state.hash.take(key)
  return openTerminal(state, state.hash.low, state.hash.high)
}

/** Two letters as a number above 0. */
function countryNumber(country: string): number {
  return country.charCodeAt(0) * 2 ** 16 + country.charCodeAt(1)
}

function move({ cards }: EngineState, card: number, use: CardUse): CardPlace {
  if (use.presence !== 'in-person' || use.latitude === undefined || use.longitude === undefined) return noPlace
  const before = cards.place(card)
  cards.setPlace(card, { time: cards.clock(card), latitude: use.latitude, longitude: use.longitude })
  return before
}

const noPlace: CardPlace = { time: 0, latitude: 0, longitude: 0 }
