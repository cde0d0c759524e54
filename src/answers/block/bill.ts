import { z } from 'zod'
import type { Day } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import { accountNameShape } from './account.ts'
import type { AccountName } from './account.ts'
import { countShape, dayShape, maybe, moneyShape } from './shapes.ts'

/** A card's bill. */
export type BillBlock = {
  readonly kind: 'bill'
  readonly account: AccountName
  readonly totalDue: Money
  readonly minimumDue: Money | undefined
  readonly dueDate: Day | undefined
  readonly pastDue: Money | undefined
  readonly statementBalance: Money | undefined
  readonly statementDate: Day | undefined
  readonly autoPay: { readonly amount: Money | undefined; readonly date: Day | undefined } | undefined
  readonly lastPayment: { readonly amount: Money; readonly date: Day | undefined } | undefined
}

/** How it is read back. */
export const billShape = z.strictObject({
  kind: z.literal('bill'),
  account: accountNameShape,
  totalDue: moneyShape,
  minimumDue: maybe(moneyShape),
  dueDate: maybe(dayShape),
  pastDue: maybe(moneyShape),
  statementBalance: maybe(moneyShape),
  statementDate: maybe(dayShape),
  autoPay: maybe(z.strictObject({ amount: maybe(moneyShape), date: maybe(dayShape) })),
  lastPayment: maybe(z.strictObject({ amount: moneyShape, date: maybe(dayShape) })),
})

/** What several bills come to, one for each currency. */
export type BillsTotalBlock = {
  readonly kind: 'bills-total'
  readonly totalDue: Money
  /** Undefined when a bank names no minimum for one of them. */
  readonly minimumDue: Money | undefined
  readonly count: number
}

/** How it is read back. */
export const billsTotalShape = z.strictObject({
  kind: z.literal('bills-total'),
  totalDue: moneyShape,
  minimumDue: maybe(moneyShape),
  count: countShape,
})
