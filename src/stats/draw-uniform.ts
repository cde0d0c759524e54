import { Fault } from '../kernel/index.ts'

/** Where unpredictable bytes come from: `systemRandom` of platform, or in tests a stream that follows from a seed. */
export type ByteSource = { bytes(count: number): Uint8Array }

/**
 * How often anything here is tried again before it gives up: less than one draw in 2^1000 needs so many, so that what is given up is
 * nothing anybody could measure.
 */
export const triesMax = 10_000

/** Every try failed. Only a source of bytes that is broken comes here. */
export function gaveUp(): Fault {
  return new Fault('stats/randomness-broken', { retry: 'never' })
}

/** A whole number from 0 up to, not including, `below`, each as likely as the other: bits of the source, those too large thrown away. */
export function drawUniform(source: ByteSource, below: bigint): bigint {
  if (below <= 1n) return 0n
  const bits = (below - 1n).toString(2).length
  const count = (bits + 7) >> 3
  const mask = (1n << BigInt(bits)) - 1n
  for (let tried = 0; tried < triesMax; tried += 1) {
    const drawn = BigInt(`0x${Buffer.from(source.bytes(count)).toString('hex')}`) & mask
    if (drawn < below) return drawn
  }
  throw gaveUp()
}
