import { amountOf, amountWord, countedMark, isWide, marksOf } from './amount-word.ts'
import { carryUnit, deviationOf, plainAmountMax, SquareCarries } from './exact-squares.ts'
import { HeaderSlots } from './header-slots.ts'
import { type PagePool, placesPerPage } from './page-pool.ts'

/** An hour, a day, a week, thirty days, in seconds: a use is in a window while it is younger than this. */
export const windowSeconds = [3_600, 86_400, 604_800, 2_592_000] as const
const windows = windowSeconds.length
/** The window that keeps entries: what leaves it leaves the queue. */
const longest = windows - 1

/** A head: sums and sums of squares as 64-bit numbers, then words, then what the kind of owner adds. */
const squareAt = windows
const floatsEach = 2 * windows
const cursorAt = 0
const countAt = windows
const tailAt = 2 * windows
const sizeAt = tailAt + 1
const sequenceAt = tailAt + 2
const clockAt = tailAt + 3
const wordsEach = tailAt + 4

const entryAt = { time: 0, amount: 1, extra: 2 } as const

export type WindowsShape = {
  /** Words of an entry: 2 (time, amount) or 3 (and one of the owner's). */
  readonly stride: 2 | 3
  /** Most uses of one owner; beyond it the oldest leave all windows. */
  readonly usesMax: number
  readonly ownersMax: number
  readonly full: string
  readonly floats: number
  readonly words: number
}

/** One use as it enters. Times are whole seconds since 1970 UTC. */
export type Entry = { readonly time: number; readonly amount: number; readonly marks: number; readonly extra: number }

/**
 * Exact sliding windows of many owners. Each owner has one queue of uses in pages and a cursor for each window; time moves the cursors
 * over what grew too old and takes it from the sums, so each use is added once and taken away once from each window. All is whole
 * numbers: nothing drifts.
 */
export class UseWindows {
  readonly pages: PagePool
  readonly slots: HeaderSlots
  /** Where the owner's own 64-bit numbers and words begin, from the head's first. */
  protected readonly ownFloatsAt = floatsEach
  protected readonly ownWordsAt: number
  private readonly wordsAt: number
  private readonly carries = new SquareCarries()
  private readonly stride: number
  protected readonly perPage: number
  private readonly usesMax: number

  constructor(pages: PagePool, shape: WindowsShape) {
    this.pages = pages
    this.stride = shape.stride
    this.perPage = Math.floor(15 / shape.stride)
    this.usesMax = shape.usesMax
    this.wordsAt = (floatsEach + shape.floats) * 2
    this.ownWordsAt = this.wordsAt + wordsEach
    const all = this.ownWordsAt + shape.words
    this.slots = new HeaderSlots({ wordsEach: all + (all % 2), slotsMax: shape.ownersMax, full: shape.full })
  }

  /** A new owner without uses. */
  open(): number {
    const slot = this.slots.take()
    const { words } = this.slots.memory(slot)
    const at = this.slots.start(slot) + this.wordsAt
    const place = this.pages.take() * placesPerPage
    for (let window = 0; window < windows; window += 1) words[at + cursorAt + window] = place
    words[at + tailAt] = place
    return slot
  }

  /** Forgets an owner. */
  close(slot: number): void {
    while (this.size(slot) > 0) this.dropOldest(slot)
    for (let window = 0; window < windows; window += 1) this.carries.forget(slot * windows + window)
    this.pages.give(Math.floor(this.word(slot, tailAt) / placesPerPage))
    this.slots.give(slot)
  }

  /** The latest second that the owner has seen; 0 before the first. */
  clock(slot: number): number {
    return this.word(slot, clockAt)
  }

  size(slot: number): number {
    return this.word(slot, sizeAt)
  }

  /** The number of the next use; the last `size` numbers before it are held. */
  sequence(slot: number): number {
    return this.word(slot, sequenceAt)
  }

  /** Writes counts, sums, means and deviations of all windows, one after the other, four of each. */
  writeSums(slot: number, into: Float64Array, first: number): void {
    const { floats, words } = this.slots.memory(slot)
    const start = this.slots.start(slot)
    for (let window = 0; window < windows; window += 1) {
      const count = words[start + this.wordsAt + countAt + window] ?? 0
      const sum = floats[start / 2 + window] ?? 0
      const rest = floats[start / 2 + squareAt + window] ?? 0
      into[first + window] = count
      into[first + windows + window] = sum
      into[first + 2 * windows + window] = sum / count
      into[first + 3 * windows + window] = deviationOf(count, sum, rest, this.carries.carry(slot * windows + window))
    }
  }

  /** Moves the owner's time to this second, or leaves it where it is when that is earlier; gives the time that holds now. */
  advance(slot: number, second: number): number {
    const { words } = this.slots.memory(slot)
    const at = this.slots.start(slot) + this.wordsAt
    const clock = words[at + clockAt] ?? 0
    if (second <= clock) return clock
    words[at + clockAt] = second
    for (let window = 0; window < windows; window += 1) {
      const from = second - (windowSeconds[window] ?? 0)
      for (;;) {
        const place = words[at + cursorAt + window] ?? 0
        if (place === words[at + tailAt]) break
        if ((this.pages.memory(place >>> 3)[this.wordOf(place)] ?? 0) > from) break
        this.leave(slot, window, place)
      }
    }
    return second
  }

  /** Lets the oldest use go where the owner has as many as it may. */
  makeRoom(slot: number): void {
    if (this.size(slot) === this.usesMax) this.dropOldest(slot)
  }

  /** Adds a use at the owner's present time or, in a snapshot's order, at its own; gives its place. */
  push(slot: number, { time, amount, marks, extra }: Entry): number {
    this.makeRoom(slot)
    const { floats, words } = this.slots.memory(slot)
    const start = this.slots.start(slot)
    const at = start + this.wordsAt
    const place = this.room(words, at)
    const page = this.pages.memory(place >>> 3)
    const word = this.wordOf(place)
    const packed = amountWord(amount)
    page[word + entryAt.time] = time
    page[word + entryAt.amount] = packed | marks
    if (this.stride > entryAt.extra) page[word + entryAt.extra] = extra
    if (isWide(packed)) this.pages.wide.set(place, amount)
    words[at + tailAt] = place + 1
    words[at + sizeAt] = (words[at + sizeAt] ?? 0) + 1
    words[at + sequenceAt] = (words[at + sequenceAt] ?? 0) + 1
    if ((marks & countedMark) !== 0)
      for (let window = 0; window < windows; window += 1) {
        words[at + countAt + window] = (words[at + countAt + window] ?? 0) + 1
        this.addAmount(floats, start / 2, { slot, window, amount, sign: 1 })
      }
    return place
  }

  /** Moves the cursors past what is too old for the owner's time: after entries of a snapshot were pushed at their own times. */
  settle(slot: number, clock: number): void {
    this.slots.memory(slot).words[this.slots.start(slot) + this.wordsAt + clockAt] = 0
    this.advance(slot, clock)
  }

  /** The number of the next use, as a snapshot has it. */
  setSequence(slot: number, sequence: number): void {
    this.slots.memory(slot).words[this.slots.start(slot) + this.wordsAt + sequenceAt] = sequence
  }

  /** Whether the use of this number is still held. */
  holds(slot: number, sequence: number): boolean {
    const back = (this.sequence(slot) - sequence) >>> 0
    return back > 0 && back <= this.size(slot)
  }

  /** Where the use of this number lies, counted along the pages. Only for numbers that are held. */
  placeOf(slot: number, sequence: number): number {
    let place = this.word(slot, cursorAt + longest)
    let steps = this.size(slot) - ((this.sequence(slot) - sequence) >>> 0)
    for (;;) {
      const room = this.perPage - (place & 7)
      if (steps < room) return place + steps
      steps -= room
      place = this.pages.next(place >>> 3) * placesPerPage
    }
  }

  /** Visits the owner's uses from the oldest on, by place, until `visit` gives true. */
  walk(slot: number, visit: (place: number) => boolean | undefined): void {
    const tail = this.word(slot, tailAt)
    let place = this.word(slot, cursorAt + longest)
    while (place !== tail) {
      if (visit(place) === true) return
      place = this.after(place, tail)
    }
  }

  timeAt(place: number): number {
    return this.pages.memory(place >>> 3)[this.wordOf(place) + entryAt.time] ?? 0
  }

  amountWordAt(place: number): number {
    return this.pages.memory(place >>> 3)[this.wordOf(place) + entryAt.amount] ?? 0
  }

  amountAt(place: number): number {
    const word = this.amountWordAt(place)
    return isWide(word) ? (this.pages.wide.get(place) ?? 0) : amountOf(word)
  }

  extraAt(place: number): number {
    return this.pages.memory(place >>> 3)[this.wordOf(place) + entryAt.extra] ?? 0
  }

  /** Sets and clears marks that no sum depends on. */
  mark(place: number, { set, clear }: { readonly set: number; readonly clear: number }): void {
    const page = this.pages.memory(place >>> 3)
    const at = this.wordOf(place) + entryAt.amount
    page[at] = (((page[at] ?? 0) & ~clear) | set) >>> 0
  }

  /** Gives a held use another amount, or takes it out of the sums (`counted` false), in every window that it is in. */
  correct(
    slot: number,
    place: number,
    { amount, counted }: { readonly amount: number; readonly counted: boolean },
  ): void {
    const { floats, words } = this.slots.memory(slot)
    const start = this.slots.start(slot)
    const at = start + this.wordsAt
    const before = this.amountWordAt(place)
    const was = this.amountAt(place)
    const time = this.timeAt(place)
    const clock = this.clock(slot)
    for (let window = 0; window < windows; window += 1) {
      if (time <= clock - (windowSeconds[window] ?? 0)) continue
      if ((before & countedMark) !== 0) {
        words[at + countAt + window] = (words[at + countAt + window] ?? 0) - 1
        this.addAmount(floats, start / 2, { slot, window, amount: was, sign: -1 })
      }
      if (counted) {
        words[at + countAt + window] = (words[at + countAt + window] ?? 0) + 1
        this.addAmount(floats, start / 2, { slot, window, amount, sign: 1 })
      }
    }
    const packed = amountWord(amount)
    this.pages.wide.delete(place)
    if (isWide(packed)) this.pages.wide.set(place, amount)
    const marks = (marksOf(before) & ~countedMark) | (counted ? countedMark : 0)
    this.pages.memory(place >>> 3)[this.wordOf(place) + entryAt.amount] = (packed | marks) >>> 0
  }

  /** Where the owner's oldest use lies, and where the next will. */
  protected oldest(slot: number): number {
    return this.word(slot, cursorAt + longest)
  }

  protected tail(slot: number): number {
    return this.word(slot, tailAt)
  }

  /** Called for each use that leaves a window, before its memory can be given back. */
  protected left(_slot: number, _window: number, _place: number): void {
    // Owners that keep more than sums override this.
  }

  private dropOldest(slot: number): void {
    const oldest = this.word(slot, cursorAt + longest)
    for (let window = 0; window < windows; window += 1)
      if (this.word(slot, cursorAt + window) === oldest) this.leave(slot, window, oldest)
  }

  private leave(slot: number, window: number, place: number): void {
    const { floats, words } = this.slots.memory(slot)
    const start = this.slots.start(slot)
    const at = start + this.wordsAt
    const word = this.amountWordAt(place)
    if ((word & countedMark) !== 0) {
      words[at + countAt + window] = (words[at + countAt + window] ?? 0) - 1
      this.addAmount(floats, start / 2, { slot, window, amount: this.amountAt(place), sign: -1 })
    }
    this.left(slot, window, place)
    const after = this.after(place, words[at + tailAt] ?? 0)
    words[at + cursorAt + window] = after
    if (window !== longest) return
    words[at + sizeAt] = (words[at + sizeAt] ?? 0) - 1
    if (isWide(word)) this.pages.wide.delete(place)
    if (after >>> 3 !== place >>> 3) this.pages.give(place >>> 3)
  }

  /** The next place; the tail itself may stand behind the last entry of a full page. */
  private after(place: number, tail: number): number {
    const next = place + 1
    if ((next & 7) < this.perPage || next === tail) return next
    return this.pages.next(place >>> 3) * placesPerPage
  }

  /** A free place at the end; cursors that wait at the end of a full page go with it to the new one. */
  private room(words: Uint32Array, at: number): number {
    const tail = words[at + tailAt] ?? 0
    if ((tail & 7) < this.perPage) return tail
    const page = this.pages.take()
    const place = page * placesPerPage
    const old = tail >>> 3
    this.pages.link(old, page)
    for (let window = 0; window < windows; window += 1)
      if (words[at + cursorAt + window] === tail) words[at + cursorAt + window] = place
    if (words[at + sizeAt] === 0) this.pages.give(old)
    return place
  }

  /** Adds an amount to the sums of a window, or takes it away (negative `sign`). `at` is the head's first 64-bit number. */
  private addAmount(
    floats: Float64Array,
    at: number,
    { slot, window, amount, sign }: { slot: number; window: number; amount: number; sign: 1 | -1 },
  ): void {
    floats[at + window] = (floats[at + window] ?? 0) + sign * amount
    const square = at + squareAt + window
    const before = floats[square] ?? 0
    const after = before + sign * amount * amount
    // Nearly always nothing is carried.
    floats[square] =
      amount < plainAmountMax && after >= 0 && after < carryUnit
        ? after
        : this.carries.step(slot * windows + window, before, { amount, sign })
  }

  private word(slot: number, at: number): number {
    return this.slots.memory(slot).words[this.slots.start(slot) + this.wordsAt + at] ?? 0
  }

  private wordOf(place: number): number {
    return this.pages.start(place >>> 3) + 1 + (place & 7) * this.stride
  }
}
