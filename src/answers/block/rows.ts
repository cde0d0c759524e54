import { z } from 'zod'
import type { Day } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import { countShape, dayShape, maybe, moneyShape } from './shapes.ts'

/** What a list of movements is a list of. */
export const rowLists = [
  'recent',
  'found',
  'pending',
  'refunds',
  'waiting',
  'income',
  'fees',
  'foreign',
  'cash',
  'transfers',
  'spending',
  'twice',
] as const
export type RowList = (typeof rowLists)[number]

/** One movement on an account. */
export type Row = {
  readonly day: Day
  /** The merchant, or the bank's description where there is none. */
  readonly text: string
  /** Never negative. */
  readonly amount: Money
  readonly direction: 'debit' | 'credit'
  readonly pending: boolean
  readonly account: string | undefined
  readonly foreign: { readonly amount: Money; readonly rate: string | undefined } | undefined
  /** Of money back: the day of the payment that it gives back, where one fits. */
  readonly gaveBack: Day | undefined
}

/** Movements, newest first. `totals`: one sum for each currency, debits less credits unless the list is of credits; none where a sum means nothing. */
export type RowsBlock = {
  readonly kind: 'rows'
  readonly of: RowList
  readonly from: Day
  readonly to: Day
  readonly rows: readonly Row[]
  readonly totals: readonly Money[]
  /** How many there are; more than `rows` where a page has its limit. */
  readonly count: number
}

/** How it is read back. */
export const rowsShape = z.strictObject({
  kind: z.literal('rows'),
  of: z.enum(rowLists),
  from: dayShape,
  to: dayShape,
  rows: z.array(
    z.strictObject({
      day: dayShape,
      text: z.string(),
      amount: moneyShape,
      direction: z.enum(['debit', 'credit']),
      pending: z.boolean(),
      account: maybe(z.string()),
      foreign: maybe(z.strictObject({ amount: moneyShape, rate: maybe(z.string()) })),
      gaveBack: maybe(dayShape),
    }),
  ),
  totals: z.array(moneyShape),
  count: countShape,
})
