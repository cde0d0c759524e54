import { Fault } from '../kernel/index.ts'

/** An exact fraction. `over` is above zero; not always in lowest terms. */
export type Rational = { readonly top: bigint; readonly over: bigint }

/** `top / over`. Throws `stats/not-a-number` when `over` is not above zero. */
export function rational(top: bigint, over: bigint = 1n): Rational {
  if (over <= 0n) throw new Fault('stats/not-a-number', { retry: 'never' })
  const shared = greatestDivisor(top < 0n ? -top : top, over)
  return { top: top / shared, over: over / shared }
}

/** Exact arithmetic on fractions; no float comes near it. */
export const rationals = {
  add: (left: Rational, right: Rational): Rational =>
    rational(left.top * right.over + right.top * left.over, left.over * right.over),
  subtract: (left: Rational, right: Rational): Rational =>
    rational(left.top * right.over - right.top * left.over, left.over * right.over),
  multiply: (left: Rational, right: Rational): Rational => rational(left.top * right.top, left.over * right.over),
  /** Throws `stats/not-a-number` when `right` is not above zero. */
  divide: (left: Rational, right: Rational): Rational => rational(left.top * right.over, left.over * right.top),
  isAtMost: (left: Rational, right: Rational): boolean => left.top * right.over <= right.top * left.over,
  isSame: (left: Rational, right: Rational): boolean => left.top * right.over === right.top * left.over,
  /** For showing and for the width of an interval, never for drawing noise. */
  toNumber: ({ top, over }: Rational): number => Number(top) / Number(over),
} as const

/** The largest whole number whose square is at most this fraction, which is not below zero. Newton's way, in whole numbers. */
export function floorOfRoot({ top, over }: Rational): bigint {
  const value = top / over
  if (value < 2n) return value
  let guess = 1n << BigInt((value.toString(2).length / 2 + 1) | 0)
  for (;;) {
    const next = (guess + value / guess) / 2n
    if (next >= guess) return guess
    guess = next
  }
}

function greatestDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right]
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? 1n : a
}
