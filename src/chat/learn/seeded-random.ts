/** Numbers from 0 up to (not including) 1, the same ones for the same seed (mulberry32 by Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Puts the first `count` numbers into an order by chance, in place (Fisher, Yates). */
export function shuffle(numbers: Uint32Array, count: number, random: () => number): void {
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const kept = numbers[at] ?? 0
    numbers[at] = numbers[other] ?? 0
    numbers[other] = kept
  }
}
