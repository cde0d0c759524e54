import { HeaderSlots } from './header-slots.ts'
import { type PagePool, placesPerPage } from './page-pool.ts'

/** Windows of labels, in days: for risk 1, 7, 30, for what amounts do not explain 3, 14, 21, 28. */
export const labelWindowDays = [1, 3, 7, 14, 21, 28, 30] as const
const windows = labelWindowDays.length
const longest = windows - 1
const daySeconds = 86_400

/** Most labels of one terminal that its windows hold; beyond it the oldest leave. Looking for one person's among them stays short. */
export const labelsOfOneTerminalMax = 4_096

/** Full weight of a label. Half of it is an uninformed customer's. */
export const fullWeight = 4

const cursorAt = 0
const labelledAt = windows
const fraudAt = 2 * windows
const unexplainedAt = 3 * windows
const tailAt = 4 * windows
const sizeAt = tailAt + 1
const clockAt = tailAt + 2
const wordsEach = tailAt + 4

const stride = 5
const perPage = 3
const weightMask = 0xff
const fraudFlag = 0x100
const explainedFlag = 0x200

/** One label of a terminal. Seconds since 1970 UTC; `by` is whose word it is where their sway is capped, else 0; `use` names the use. */
export type TerminalLabel = {
  readonly arrived: number
  readonly happened: number
  readonly weight: number
  readonly isFraud: boolean
  readonly explained: boolean
  readonly by: number
  readonly use: number
}

/** Labels of terminals by arrival: sums of weights over sliding windows. The cursors work as in UseWindows. */
export class LabelWindows {
  readonly slots: HeaderSlots
  private readonly pages: PagePool
  private readonly expired: (slot: number, label: TerminalLabel) => void

  /** `expired` hears of every label that leaves the longest window. */
  constructor(pages: PagePool, terminalsMax: number, expired: (slot: number, label: TerminalLabel) => void) {
    this.pages = pages
    this.expired = expired
    this.slots = new HeaderSlots({ wordsEach, slotsMax: terminalsMax, full: 'fraud/terminals-full' })
  }

  open(): number {
    const slot = this.slots.take()
    const place = this.pages.take() * placesPerPage
    for (let window = 0; window < windows; window += 1) this.set(slot, cursorAt + window, place)
    this.set(slot, tailAt, place)
    return slot
  }

  close(slot: number): void {
    while (this.size(slot) > 0) this.dropOldest(slot)
    this.pages.give(this.word(slot, tailAt) >>> 3)
    this.slots.give(slot)
  }

  size(slot: number): number {
    return this.word(slot, sizeAt)
  }

  /** Weights of a window's labels, of its frauds, of its frauds that no odd amount explains. */
  labelled(slot: number, window: number): number {
    return this.word(slot, labelledAt + window)
  }

  frauds(slot: number, window: number): number {
    return this.word(slot, fraudAt + window)
  }

  unexplained(slot: number, window: number): number {
    return this.word(slot, unexplainedAt + window)
  }

  /** Moves time to this second where that is later; gives the time that holds. */
  advance(slot: number, second: number): number {
    const { words } = this.slots.memory(slot)
    const at = this.slots.start(slot)
    const clock = words[at + clockAt] ?? 0
    if (second <= clock) return clock
    words[at + clockAt] = second
    for (let window = 0; window < windows; window += 1) {
      const from = second - (labelWindowDays[window] ?? 0) * daySeconds
      for (;;) {
        const place = words[at + cursorAt + window] ?? 0
        if (place === words[at + tailAt] || this.wordAt(place, 0) > from) break
        this.leave(slot, window, place)
      }
    }
    return second
  }

  /** Adds a label; its arrival is not before the terminal's time. */
  push(slot: number, label: TerminalLabel): void {
    if (this.size(slot) === labelsOfOneTerminalMax) this.dropOldest(slot)
    const place = this.room(slot)
    const page = this.pages.memory(place >>> 3)
    const at = this.pages.start(place >>> 3) + 1 + (place & 7) * stride
    page[at] = label.arrived
    page[at + 1] = label.happened
    page[at + 2] = label.weight | (label.isFraud ? fraudFlag : 0) | (label.explained ? explainedFlag : 0)
    page[at + 3] = label.by
    page[at + 4] = label.use
    this.set(slot, tailAt, place + 1)
    this.set(slot, sizeAt, this.size(slot) + 1)
    for (let window = 0; window < windows; window += 1) this.weigh(slot, window, { place, sign: 1 })
  }

  /** Takes a label's weight away; its place stays until it is old. Gives it as it was. */
  strike(slot: number, place: number): TerminalLabel {
    const label = this.labelAt(place)
    const clock = this.word(slot, clockAt)
    for (let window = 0; window < windows; window += 1)
      if (label.arrived > clock - (labelWindowDays[window] ?? 0) * daySeconds)
        this.weigh(slot, window, { place, sign: -1 })
    const at = this.pages.start(place >>> 3) + 1 + (place & 7) * stride
    this.pages.memory(place >>> 3)[at + 2] = 0
    return label
  }

  /** Visits the labels from the oldest on, struck ones left out. */
  walk(slot: number, visit: (label: TerminalLabel, place: number) => void): void {
    const tail = this.word(slot, tailAt)
    let place = this.word(slot, cursorAt + longest)
    while (place !== tail) {
      if ((this.wordAt(place, 2) & weightMask) !== 0) visit(this.labelAt(place), place)
      place = this.after(place, tail)
    }
  }

  private dropOldest(slot: number): void {
    const oldest = this.word(slot, cursorAt + longest)
    for (let window = 0; window < windows; window += 1)
      if (this.word(slot, cursorAt + window) === oldest) this.leave(slot, window, oldest)
  }

  private leave(slot: number, window: number, place: number): void {
    this.weigh(slot, window, { place, sign: -1 })
    const after = this.after(place, this.word(slot, tailAt))
    this.set(slot, cursorAt + window, after)
    if (window !== longest) return
    this.set(slot, sizeAt, this.size(slot) - 1)
    const label = this.labelAt(place)
    if (after >>> 3 !== place >>> 3) this.pages.give(place >>> 3)
    if (label.weight > 0) this.expired(slot, label)
  }

  private weigh(
    slot: number,
    window: number,
    { place, sign }: { readonly place: number; readonly sign: 1 | -1 },
  ): void {
    const word = this.wordAt(place, 2)
    const weight = sign * (word & weightMask)
    this.set(slot, labelledAt + window, this.labelled(slot, window) + weight)
    if ((word & fraudFlag) === 0) return
    this.set(slot, fraudAt + window, this.frauds(slot, window) + weight)
    if ((word & explainedFlag) !== 0) return
    this.set(slot, unexplainedAt + window, this.unexplained(slot, window) + weight)
  }

  private after(place: number, tail: number): number {
    const next = place + 1
    if ((next & 7) < perPage || next === tail) return next
    return this.pages.next(place >>> 3) * placesPerPage
  }

  private room(slot: number): number {
    const tail = this.word(slot, tailAt)
    if ((tail & 7) < perPage) return tail
    const page = this.pages.take()
    const place = page * placesPerPage
    this.pages.link(tail >>> 3, page)
    for (let window = 0; window < windows; window += 1)
      if (this.word(slot, cursorAt + window) === tail) this.set(slot, cursorAt + window, place)
    if (this.size(slot) === 0) this.pages.give(tail >>> 3)
    return place
  }

  private labelAt(place: number): TerminalLabel {
    const word = this.wordAt(place, 2)
    return {
      arrived: this.wordAt(place, 0),
      happened: this.wordAt(place, 1),
      weight: word & weightMask,
      isFraud: (word & fraudFlag) !== 0,
      explained: (word & explainedFlag) !== 0,
      by: this.wordAt(place, 3),
      use: this.wordAt(place, 4),
    }
  }

  private wordAt(place: number, at: number): number {
    return this.pages.memory(place >>> 3)[this.pages.start(place >>> 3) + 1 + (place & 7) * stride + at] ?? 0
  }

  private word(slot: number, at: number): number {
    return this.slots.memory(slot).words[this.slots.start(slot) + at] ?? 0
  }

  private set(slot: number, at: number, value: number): void {
    this.slots.memory(slot).words[this.slots.start(slot) + at] = value
  }
}
