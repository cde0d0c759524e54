import { Fault } from '../../kernel/index.ts'

/** Memory of some heads: the same bytes as 64-bit numbers and as 32-bit words. */
export type HeaderMemory = { readonly floats: Float64Array; readonly words: Uint32Array }

/** Heads of one piece of memory. */
const segmentShift = 8
const segmentMask = 2 ** segmentShift - 1

/** Fixed-size heads (of cards, of terminals), numbered; a freed number is used again. */
export class HeaderSlots {
  readonly wordsEach: number
  private readonly segments: HeaderMemory[] = []
  private readonly freed: number[] = []
  private readonly slotsMax: number
  private readonly full: string
  private taken = 0

  /** `wordsEach` is even, since 64-bit numbers come first; `full` is the Fault's code at the limit. */
  constructor({ wordsEach, slotsMax, full }: { wordsEach: number; slotsMax: number; full: string }) {
    this.wordsEach = wordsEach
    this.slotsMax = slotsMax
    this.full = full
  }

  get held(): number {
    return this.taken - this.freed.length
  }

  memory(slot: number): HeaderMemory {
    return this.segments[slot >>> segmentShift] ?? missing()
  }

  /** The first word of a head in its memory; its first 64-bit number is at half of that. */
  start(slot: number): number {
    return (slot & segmentMask) * this.wordsEach
  }

  /** A head of zeros. */
  take(): number {
    if (this.held >= this.slotsMax) throw new Fault(this.full, { retry: 'later' })
    const again = this.freed.pop()
    if (again !== undefined) {
      const at = this.start(again)
      this.memory(again).words.fill(0, at, at + this.wordsEach)
      return again
    }
    if (this.taken >>> segmentShift === this.segments.length) {
      const buffer = new ArrayBuffer(this.wordsEach * 4 * 2 ** segmentShift)
      this.segments.push({ floats: new Float64Array(buffer), words: new Uint32Array(buffer) })
    }
    this.taken += 1
    return this.taken - 1
  }

  give(slot: number): void {
    this.freed.push(slot)
  }

  get bytes(): number {
    return this.segments.length * this.wordsEach * 4 * 2 ** segmentShift + this.freed.length * 8
  }
}

function missing(): never {
  throw new Fault('fraud/no-such-slot', { retry: 'never' })
}
