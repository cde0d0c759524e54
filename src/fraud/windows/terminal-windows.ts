import type { PagePool } from './page-pool.ts'
import { UseWindows } from './use-windows.ts'

/** Most uses of one terminal that its windows hold, 24 a minute for 30 days (9 MiB); beyond it they hold the newest. */
export const usesOfOneTerminalMax = 2 ** 20

const [keyLowAt, keyHighAt, labelsAt, lastUseAt, words] = [0, 1, 2, 3, 4]

/** Terminals: windows, the key (a snapshot of a card names its terminals by it), and where the labels are. */
export class TerminalWindows extends UseWindows {
  constructor(pages: PagePool, terminalsMax: number) {
    super(pages, {
      stride: 2,
      usesMax: usesOfOneTerminalMax,
      ownersMax: terminalsMax,
      full: 'fraud/terminals-full',
      floats: 0,
      words,
    })
  }

  setKey(slot: number, low: number, high: number): void {
    this.set(slot, keyLowAt, low)
    this.set(slot, keyHighAt, high)
  }

  keyOf(slot: number): { readonly low: number; readonly high: number } {
    return { low: this.own(slot, keyLowAt), high: this.own(slot, keyHighAt) }
  }

  /** The slot of its labels, or −1 while it has none. */
  labelsOf(slot: number): number {
    return this.own(slot, labelsAt) - 1
  }

  setLabels(slot: number, labels: number): void {
    this.set(slot, labelsAt, labels + 1)
  }

  /** When it was used last, in seconds; 0 before the first. Its time may be later: labels move it too. */
  lastUse(slot: number): number {
    return this.own(slot, lastUseAt)
  }

  setLastUse(slot: number, second: number): void {
    this.set(slot, lastUseAt, second)
  }

  private own(slot: number, at: number): number {
    return this.slots.memory(slot).words[this.slots.start(slot) + this.ownWordsAt + at] ?? 0
  }

  private set(slot: number, at: number, value: number): void {
    this.slots.memory(slot).words[this.slots.start(slot) + this.ownWordsAt + at] = value
  }
}
