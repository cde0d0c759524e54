import { randomBytes, randomUUID } from 'node:crypto'

/** Where unpredictable bytes come from. `uuid` gives a version 4 UUID (RFC 9562) in lower case. */
export type Random = {
  bytes(count: number): Uint8Array
  uuid(): string
}

/** The operating system's generator. */
export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
}

/** A fraction from 0 up to but not including 1, for jitter; 32 bits of it. */
export function fraction(random: Random): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32
}
