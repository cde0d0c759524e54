import { Fault } from '../../kernel/index.ts'

/** A page is one cache line: a link to the next page, then entries of two to five words. */
const wordsPerPage = 16
const pageShift = 4
/** Pages of one piece of memory: 256 KiB, so that growing never copies and a small engine stays small. */
const segmentShift = 12
const segmentMask = 2 ** segmentShift - 1
/** A place is page × 8 + entry in 32 bits. */
export const placesPerPage = 8
const pagesMax = 2 ** 32 / placesPerPage
const none = 0xffff_ffff

/**
 * Pages that queues of uses and labels are made of: taken at the end, given back at the front, never copied. Fixed pages of one size
 * cannot be fragmented, so what is held is what is used.
 */
export class PagePool {
  /** Amounts too wide for their word, by place; few or none. */
  readonly wide = new Map<number, number>()
  private readonly segments: Uint32Array[] = []
  private taken = 0
  private free = none

  /** The memory that this page lies in. */
  memory(page: number): Uint32Array {
    return this.segments[page >>> segmentShift] ?? missing()
  }

  /** Where in its memory a page begins: its link; entries follow. */
  start(page: number): number {
    return (page & segmentMask) << pageShift
  }

  /** A page without a successor. Throws when the pool is at its limit. */
  take(): number {
    if (this.free !== none) {
      const page = this.free
      this.free = this.next(page)
      this.link(page, none)
      return page
    }
    if (this.taken === pagesMax) throw new Fault('fraud/windows-full', { retry: 'later' })
    if (this.taken >>> segmentShift === this.segments.length) this.segments.push(newSegment())
    const page = this.taken
    this.taken += 1
    this.link(page, none)
    return page
  }

  give(page: number): void {
    this.link(page, this.free)
    this.free = page
  }

  next(page: number): number {
    return this.memory(page)[this.start(page)] ?? none
  }

  link(page: number, next: number): void {
    this.memory(page)[this.start(page)] = next
  }

  get bytes(): number {
    return this.segments.length * wordsPerPage * 4 * 2 ** segmentShift + this.wide.size * bytesOfWide
  }
}

/**
 * Large memory usually begins 16 bytes into a cache line, behind the allocator's own head: so shifted, a page is one line, not parts of
 * two. Where it begins elsewhere, only speed is lost.
 */
function newSegment(): Uint32Array {
  const words = wordsPerPage * 2 ** segmentShift
  return new Uint32Array(new ArrayBuffer(words * 4 + cacheLine), cacheLine - allocatorHead, words)
}

const cacheLine = 64
const allocatorHead = 16

/** A number under a number in a Map, about. */
const bytesOfWide = 48

function missing(): never {
  throw new Fault('fraud/no-such-page', { retry: 'never' })
}
