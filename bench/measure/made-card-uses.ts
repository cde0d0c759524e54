import { seededRandom } from '../../src/chat/learn/seeded-random.ts'
import type { CardUse } from '../../src/fraud/index.ts'

const customers = 5_000
const merchants = 2_000
const uses = { perCustomerADay: 2, startMs: Date.UTC(2026, 0, 1) } as const
/** Terminals that fell: all that happens there is fraud. */
const fallenShare = 0.003
const categories = ['5411', '5812', '5541', '4111', '5999'] as const

/** One made-up use of a card, and whether it is fraud. */
export type MadeUse = { readonly use: CardUse; readonly isFraud: boolean }

/** Uses of five thousand cards at two thousand merchants, in order of time, the same every time: amounts by habit, a few fallen terminals. */
export function makeCardUses(count: number): readonly MadeUse[] {
  const random = seededRandom(17)
  const whole = (below: number): number => Math.floor(random() * below)
  const habits = Array.from({ length: customers }, () => 500 + whole(9_000))
  const fallen = Array.from({ length: merchants }, () => random() < fallenShare)
  const gapMs = 86_400_000 / (customers * uses.perCustomerADay)
  return Array.from({ length: count }, (_, at): MadeUse => {
    const customer = whole(customers)
    const merchant = (customer + whole(30) * 7) % merchants
    const isTaken = random() < 0.003
    const amountMinor = Math.round((habits[customer] ?? 0) * (0.3 + 1.4 * random()) * (isTaken ? 5 : 1))
    const use: CardUse = {
      id: `use-${at}`,
      kind: 'authorization',
      customer: `card-${customer}`,
      merchant: `merchant-${merchant}`,
      terminal: `terminal-${merchant}`,
      atMs: Math.round(uses.startMs + at * gapMs),
      amountMinor,
      category: categories[merchant % categories.length] ?? '',
      country: 'US',
      latitude: 37 + (merchant % 50) / 50,
      longitude: -122 + Math.floor(merchant / 50) / 50,
      presence: random() < 0.3 ? 'online' : 'in-person',
    }
    return { use, isFraud: isTaken || fallen[merchant] === true }
  })
}
