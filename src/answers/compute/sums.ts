import { add } from '../../kernel/index.ts'
import type { Money } from '../../kernel/index.ts'

/** One sum for each currency, largest first; amounts of different currencies have no sum. */
export function sumsOf(amounts: readonly Money[]): readonly Money[] {
  const sums = new Map<string, Money>()
  for (const amount of amounts) {
    const known = sums.get(amount.currency)
    sums.set(amount.currency, known === undefined ? amount : add(known, amount))
  }
  return [...sums.values()].sort((a, b) => (b.minor > a.minor ? 1 : b.minor < a.minor ? -1 : 0))
}

/** The amount with the other sign. */
export function minus(money: Money): Money {
  return { minor: -money.minor, currency: money.currency }
}

/** The amount without its sign. */
export function size(money: Money): Money {
  return money.minor < 0n ? minus(money) : money
}
