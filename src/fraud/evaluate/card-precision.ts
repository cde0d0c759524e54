/** One scored payment of a test day. Customers are numbered; days count from any one day. */
export type ScoredUse = {
  readonly day: number
  readonly customer: number
  readonly score: number
  readonly isFraud: boolean
}

/**
 * Card precision at `top` as the public fraud-detection handbook measures it. Each day takes the customers whose highest score of that
 * day is among the `top` highest, and asks which share of `top` was defrauded that day; the days are averaged. Customers found on one
 * day are taken out of the days after it: their card is blocked. Equal scores: the lower number of the customer goes first.
 */
export function cardPrecision(uses: readonly ScoredUse[], top: number): number {
  const days = [...groupBy(uses, (use) => use.day)].sort(([one], [other]) => one - other)
  const found = new Set<number>()
  let sum = 0
  for (const [, ofDay] of days) {
    const cards = cardsOf(ofDay.filter(({ customer }) => !found.has(customer)))
    const caught = highest(cards, top).filter(({ isFraud }) => isFraud)
    for (const { customer } of caught) found.add(customer)
    sum += caught.length / top
  }
  return days.length === 0 ? Number.NaN : sum / days.length
}

type Card = { customer: number; score: number; isFraud: boolean }

function cardsOf(uses: readonly ScoredUse[]): readonly Card[] {
  const cards = new Map<number, Card>()
  for (const { customer, score, isFraud } of uses) {
    const card = cards.get(customer)
    if (card === undefined) cards.set(customer, { customer, score, isFraud })
    else {
      card.score = Math.max(card.score, score)
      card.isFraud ||= isFraud
    }
  }
  return [...cards.values()]
}

function highest(cards: readonly Card[], top: number): readonly Card[] {
  return cards.toSorted((one, other) => other.score - one.score || one.customer - other.customer).slice(0, top)
}

function groupBy<Value>(values: readonly Value[], key: (value: Value) => number): Map<number, Value[]> {
  const groups = new Map<number, Value[]>()
  for (const value of values) {
    const group = groups.get(key(value))
    if (group === undefined) groups.set(key(value), [value])
    else group.push(value)
  }
  return groups
}
