import type { CardUse } from '../card-use.ts'
import type { Truth } from '../evaluate/card-history.ts'

/** What some rule or a whole set came to over a time. */
export type Figures = {
  /** Uses it spoke of. */
  readonly uses: number
  /** Of them, uses known to be fraud; and what they came to, in minor units. */
  readonly frauds: number
  readonly fraudMinor: number
  /** Of them, uses known to be genuine: nobody had to be troubled. */
  readonly genuine: number
  /** Customers on days: how often somebody was troubled for nothing, once a customer and day. */
  readonly falseQuestions: number
}

/** Counts uses into {@link Figures}. */
export type FigureCount = { add(use: CardUse, customer: number | string, truth: Truth): void; figures(): Figures }

export const dayMs = 86_400_000

/** The day of a moment, counted from 1970 UTC. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / dayMs)
}

/** An empty count. */
export function countFigures(): FigureCount {
  const count = { uses: 0, frauds: 0, fraudMinor: 0, genuine: 0 }
  const troubled = new Set<string>()
  return {
    add(use, customer, truth) {
      count.uses += 1
      if (truth === 'fraud') {
        count.frauds += 1
        count.fraudMinor += use.amountMinor
      } else if (truth === 'genuine') {
        count.genuine += 1
        troubled.add(`${dayOf(use.atMs)} ${customer}`)
      }
    },
    figures: () => ({ ...count, falseQuestions: troubled.size }),
  }
}
