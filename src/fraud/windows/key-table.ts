const sizeFirst = 256
/** Full to this share at most; beyond it the table doubles. */
const fillMax = 0.6
const wordsEach = 3

/** Keys of 64 bits to numbers, in one array: open addressing, linear probing, deletion by moving back (Knuth 6.4, algorithm R). */
export class KeyTable {
  private words = new Uint32Array(sizeFirst * wordsEach)
  private mask = sizeFirst - 1
  private used = 0

  get size(): number {
    return this.used
  }

  /** The number under a key, or −1. */
  find(low: number, high: number): number {
    const { words, mask } = this
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const value = words[at * wordsEach + 2] ?? 0
      if (value === 0) return -1
      if (words[at * wordsEach] === low && words[at * wordsEach + 1] === high) return value - 1
    }
  }

  /** Sets the number under a key: at least 0, below 2^32 − 1. */
  set(low: number, high: number, value: number): void {
    if (this.used >= (this.mask + 1) * fillMax) this.grow()
    const { words, mask } = this
    let at = low & mask
    while (words[at * wordsEach + 2] !== 0) {
      if (words[at * wordsEach] === low && words[at * wordsEach + 1] === high) break
      at = (at + 1) & mask
    }
    if (words[at * wordsEach + 2] === 0) this.used += 1
    words[at * wordsEach] = low
    words[at * wordsEach + 1] = high
    words[at * wordsEach + 2] = value + 1
  }

  remove(low: number, high: number): void {
    const { words, mask } = this
    let hole = low & mask
    while (words[hole * wordsEach] !== low || words[hole * wordsEach + 1] !== high) {
      if (words[hole * wordsEach + 2] === 0) return
      hole = (hole + 1) & mask
    }
    if (words[hole * wordsEach + 2] === 0) return
    this.used -= 1
    for (let at = (hole + 1) & mask; words[at * wordsEach + 2] !== 0; at = (at + 1) & mask) {
      const home = (words[at * wordsEach] ?? 0) & mask
      // It may move back only as far as its home lets it be found.
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      for (let word = 0; word < wordsEach; word += 1) words[hole * wordsEach + word] = words[at * wordsEach + word] ?? 0
      hole = at
    }
    for (let word = 0; word < wordsEach; word += 1) words[hole * wordsEach + word] = 0
  }

  /** Every key with its number, in no order. */
  *entries(): IterableIterator<{ readonly low: number; readonly high: number; readonly value: number }> {
    for (let at = 0; at < this.words.length; at += wordsEach) {
      const value = this.words[at + 2] ?? 0
      if (value !== 0) yield { low: this.words[at] ?? 0, high: this.words[at + 1] ?? 0, value: value - 1 }
    }
  }

  get bytes(): number {
    return this.words.byteLength
  }

  private grow(): void {
    const { words } = this
    this.mask = (this.mask + 1) * 2 - 1
    this.words = new Uint32Array((this.mask + 1) * wordsEach)
    this.used = 0
    for (let at = 0; at < words.length; at += wordsEach) {
      const value = words[at + 2] ?? 0
      if (value !== 0) this.set(words[at] ?? 0, words[at + 1] ?? 0, value - 1)
    }
  }
}
