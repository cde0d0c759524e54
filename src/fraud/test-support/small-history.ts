import type { CardUse } from '../card-use.ts'
import { type HistoryBuilder, buildHistory } from '../evaluate/card-history.ts'
import { fractionOf } from '../evaluate/fraction-of.ts'

/** 25 July 2018, as in the handbook's split. */
export const smallStartMs = Date.UTC(2018, 6, 25)

const dayMs = 86_400_000
const customers = 100

/** A use with nothing special; `day` counts from {@link smallStartMs}. */
export function useOn(day: number, more: Partial<CardUse> & { readonly id: string }): CardUse {
  return {
    kind: 'authorization',
    customer: 'c1',
    merchant: 't1',
    terminal: 't1',
    atMs: smallStartMs + Math.round(day * dayMs),
    amountMinor: 2_000,
    category: '',
    country: '',
    presence: 'unknown',
    ...more,
  }
}

/**
 * A hundred customers who pay once a day for `days` days, the same each time: amounts of 10 to 30 that fit the customer, and on one payment in
 * forty five times as much, which is fraud.
 */
export function smallHistory(days: number): HistoryBuilder {
  const history = buildHistory()
  for (let day = 0; day < days; day += 1) {
    for (let customer = 0; customer < customers; customer += 1) {
      const at = day * customers + customer
      const isFraud = fractionOf(`fraud:${at}`) < 1 / 40
      const usual = 1_000 + 20 * customer + ((at * 37) % 100)
      history.add(
        useOn(day + (customer + 1) / 110, {
          id: `u${at}`,
          customer: `c${customer}`,
          terminal: `t${(at * 13) % 90}`,
          merchant: `t${(at * 13) % 90}`,
          amountMinor: isFraud ? 5 * usual : usual,
        }),
        isFraud ? 'fraud' : 'genuine',
      )
    }
  }
  return history
}
