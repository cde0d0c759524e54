/**
 * A string as two words of 32 bits. Keys are known by these 64 bits alone, which is what keeps a card small: two of a million keys
 * coincide with a chance of 3 in 100 million. Multiply and rotate, two characters at a time, mixed at the end as in MurmurHash3
 * (Austin Appleby, public domain); not against an adversary who chooses keys and knows the seed.
 */
export class KeyHash {
  low = 0
  high = 0
  private readonly seed: number

  constructor(seed: number) {
    this.seed = seed | 0
  }

  /** Leaves the two words in `low` and `high`. */
  take(key: string): void {
    const { length } = key
    let low = this.seed ^ length
    let high = Math.imul(this.seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ length
    for (let at = 0; at < length; at += 2) {
      const pair = key.charCodeAt(at) | (at + 1 < length ? key.charCodeAt(at + 1) << 16 : 0)
      low = Math.imul(low ^ pair, 0xcc9e_2d51)
      low = (low << 15) | (low >>> 17)
      high = Math.imul(high ^ pair ^ (low >>> 11), 0x1b87_3593)
      high = (high << 13) | (high >>> 19)
    }
    this.low = finish(low ^ Math.imul(high, 0x2c1b_3c6d))
    this.high = finish(high ^ Math.imul(low, 0x297a_2d39))
  }

  /** A string as one word that is never 0. */
  short(key: string): number {
    this.take(key)
    return this.low === 0 ? 1 : this.low
  }
}

function finish(word: number): number {
  let mixed = word ^ (word >>> 16)
  mixed = Math.imul(mixed, 0x85eb_ca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2_ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
