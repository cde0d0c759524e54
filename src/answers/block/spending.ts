import { z } from 'zod'
import type { Day } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import { spendCategories } from '../spend-categories.ts'
import type { SpendCategory } from '../spend-categories.ts'
import { countShape, dayShape, maybe, moneyShape } from './shapes.ts'

/** A sum of spending, one block for each currency. */
export type SpendingBlock = {
  readonly kind: 'spending'
  readonly from: Day
  readonly to: Day
  readonly total: Money
  readonly count: number
  /** What was asked about; everything when neither is there. */
  readonly category: SpendCategory | undefined
  readonly merchant: string | undefined
  /** The same number of days before, where the bank's answer reaches back that far. */
  readonly before: { readonly from: Day; readonly to: Day; readonly total: Money } | undefined
  /** Largest first. */
  readonly shares: readonly SpendingShare[]
}

/** A part of a sum: a category, or a merchant within the category that was asked about. */
export type SpendingShare = {
  readonly category: SpendCategory | undefined
  readonly merchant: string | undefined
  readonly amount: Money
  readonly count: number
}

/** How it is read back. */
export const spendingShape = z.strictObject({
  kind: z.literal('spending'),
  from: dayShape,
  to: dayShape,
  total: moneyShape,
  count: countShape,
  category: maybe(z.enum(spendCategories)),
  merchant: maybe(z.string()),
  before: maybe(z.strictObject({ from: dayShape, to: dayShape, total: moneyShape })),
  shares: z.array(
    z.strictObject({
      category: maybe(z.enum(spendCategories)),
      merchant: maybe(z.string()),
      amount: moneyShape,
      count: countShape,
    }),
  ),
})
