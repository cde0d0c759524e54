import { z } from 'zod'
import type { Day } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import { countShape, dayShape, maybe, moneyShape } from './shapes.ts'

export const rhythms = ['week', 'fortnight', 'month', 'year'] as const
export type Rhythm = (typeof rhythms)[number]

/** A payment that keeps coming. */
export type SeriesBlock = {
  readonly kind: 'series'
  readonly merchant: string
  readonly every: Rhythm
  /** The latest amount. */
  readonly amount: Money
  /** The amount before the latest change, where there was one. */
  readonly before: Money | undefined
  readonly changedOn: Day | undefined
  readonly lastDay: Day
  readonly nextDay: Day
  readonly count: number
  readonly account: string | undefined
}

/** How it is read back. */
export const seriesShape = z.strictObject({
  kind: z.literal('series'),
  merchant: z.string(),
  every: z.enum(rhythms),
  amount: moneyShape,
  before: maybe(moneyShape),
  changedOn: maybe(dayShape),
  lastDay: dayShape,
  nextDay: dayShape,
  count: countShape,
  account: maybe(z.string()),
})
