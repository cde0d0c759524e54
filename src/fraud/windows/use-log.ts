import { KeyTable } from './key-table.ts'

/** What is remembered of a use, to refuse its second arrival and to find it for a label or a correction. */
export type UseRecord = {
  readonly low: number
  readonly high: number
  /** −1: none, which is so for corrections, and for a terminal that was forgotten. */
  readonly card: number
  readonly cardSequence: number
  /** Where the card's entry lies, or `unknownPlace`. */
  readonly cardPlace: number
  readonly terminal: number
  readonly terminalSequence: number
  /** Where the terminal's entry lies, or `unknownPlace`. */
  readonly terminalPlace: number
  /** When it happened, in seconds. */
  readonly happened: number
  readonly amount: number
  readonly state: number
}

export const unknownPlace = 0xffff_ffff

/** A record's state: what label stands (its rank; 0 none), whether it says fraud, its weight at the terminal, and marks of the use. */
export const rankMask = 0x7
export const saysFraud = 0x8
export const isOdd = 0x10
export const isCounted = 0x20
/** The record is of an event that only corrected or moved no money: nothing of it is in any window. */
export const isBeside = 0x40

const sizeFirst = 1_024
const [lowAt, highAt, cardAt, cardSequenceAt, terminalAt, terminalSequenceAt] = [0, 1, 2, 3, 4, 5]
const [placeAt, happenedAt, amountLowAt, amountHighAt, stateAt, beforeAt, cardPlaceAt] = [6, 7, 8, 9, 10, 11, 12]
const wordsEach = 13
const highUnit = 2 ** 32

/**
 * The last uses, as many as its limit: a ring of records by number and a table of their ids. Records of one card are linked from the newest
 * back, so that a snapshot of the card can take them along.
 */
export class UseLog {
  private readonly table = new KeyTable()
  private readonly limit: number
  private words: Uint32Array
  private room: number
  /** Numbers given so far, modulo 2^32. */
  private given = 0
  private kept = 0

  /** Remembers as many as `limit`, or as the next power of two above it. */
  constructor(limit: number) {
    this.limit = 2 ** Math.ceil(Math.log2(limit))
    this.room = Math.min(sizeFirst, this.limit)
    this.words = new Uint32Array(this.room * wordsEach)
  }

  /** The number of the record of an id, or −1. */
  find(low: number, high: number): number {
    return this.table.find(low, high)
  }

  /** Adds a record, linked to the card's one before (`before`, number + 1 or 0); gives its number. The oldest is forgotten at the limit. */
  add(record: UseRecord, before: number): number {
    if (this.kept === this.room) {
      if (this.room < this.limit) this.grow()
      else this.forgetOldest()
    }
    const number = this.given
    const at = this.at(number)
    const { words } = this
    words[at + lowAt] = record.low
    words[at + highAt] = record.high
    words[at + cardAt] = record.card + 1
    words[at + cardSequenceAt] = record.cardSequence
    words[at + cardPlaceAt] = record.cardPlace
    words[at + terminalAt] = record.terminal + 1
    words[at + terminalSequenceAt] = record.terminalSequence
    words[at + placeAt] = record.terminalPlace
    words[at + happenedAt] = record.happened
    words[at + stateAt] = record.state
    words[at + beforeAt] = before
    this.setAmount(number, record.amount)
    this.table.set(record.low, record.high, number)
    this.given = (this.given + 1) >>> 0
    this.kept += 1
    return number
  }

  card(number: number): number {
    return (this.words[this.at(number) + cardAt] ?? 0) - 1
  }

  state(number: number): number {
    return this.words[this.at(number) + stateAt] ?? 0
  }

  setState(number: number, state: number): void {
    this.words[this.at(number) + stateAt] = state
  }

  setAmount(number: number, amount: number): void {
    const at = this.at(number)
    // Storing a word takes the amount modulo 2^32.
    this.words[at + amountLowAt] = amount
    this.words[at + amountHighAt] = Math.floor(amount / highUnit)
  }

  read(number: number): UseRecord {
    const at = this.at(number)
    const word = (offset: number): number => this.words[at + offset] ?? 0
    return {
      low: word(lowAt),
      high: word(highAt),
      card: word(cardAt) - 1,
      cardSequence: word(cardSequenceAt),
      cardPlace: word(cardPlaceAt),
      terminal: word(terminalAt) - 1,
      terminalSequence: word(terminalSequenceAt),
      terminalPlace: word(placeAt),
      happened: word(happenedAt),
      amount: word(amountLowAt) + word(amountHighAt) * highUnit,
      state: word(stateAt),
    }
  }

  /** Records of a card from its newest on (`newest`, number + 1 or 0), as far back as they are remembered. */
  ofCard(card: number, newest: number): readonly number[] {
    const numbers: number[] = []
    let link = newest
    let back = 0
    while (link !== 0) {
      const number = link - 1
      const age = (this.given - number) >>> 0
      // A link to a record that was forgotten leads to whoever has its place now: they are younger than what led there.
      if (age === 0 || age > this.kept || age <= back || this.card(number) !== card) break
      numbers.push(number)
      back = age
      link = this.words[this.at(number) + beforeAt] ?? 0
    }
    return numbers
  }

  /** Forgets one record's id; its number stays until its turn. */
  drop(number: number): void {
    const at = this.at(number)
    if (this.words[at + stateAt] === dropped) return
    this.unlist(number)
    this.words[at + cardAt] = 0
    this.words[at + terminalAt] = 0
    this.words[at + stateAt] = dropped
  }

  /** Records of terminals that were forgotten lose them. */
  loseTerminals(isForgotten: (terminal: number) => boolean): void {
    for (let back = 1; back <= this.kept; back += 1) {
      const at = this.at((this.given - back) >>> 0) + terminalAt
      if ((this.words[at] ?? 0) > 0 && isForgotten((this.words[at] ?? 0) - 1)) this.words[at] = 0
    }
  }

  get bytes(): number {
    return this.words.byteLength + this.table.bytes
  }

  private forgetOldest(): void {
    this.unlist((this.given - this.kept) >>> 0)
    this.kept -= 1
  }

  private unlist(number: number): void {
    const at = this.at(number)
    const [low, high] = [this.words[at + lowAt] ?? 0, this.words[at + highAt] ?? 0]
    if (this.table.find(low, high) === number) this.table.remove(low, high)
  }

  private at(number: number): number {
    return (number & (this.room - 1)) * wordsEach
  }

  private grow(): void {
    const { words, room } = this
    this.words = new Uint32Array(words.length * 2)
    this.room = room * 2
    for (let back = 1; back <= this.kept; back += 1) {
      const number = (this.given - back) >>> 0
      const from = (number & (room - 1)) * wordsEach
      this.words.set(words.subarray(from, from + wordsEach), this.at(number))
    }
  }
}

/** The state of a record that is remembered no longer. */
const dropped = 0xffff_ffff
