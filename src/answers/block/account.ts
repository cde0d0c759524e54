import { z } from 'zod'
import type { Instant, Money } from '../../kernel/index.ts'
import { instantShape, maybe, moneyShape } from './shapes.ts'

/** What sort of account it is; the page lists accounts by it. */
export const accountCategories = ['deposit', 'card', 'loan', 'other'] as const
export type AccountCategory = (typeof accountCategories)[number]

/** The meaning of a figure; a page and a chat always say which one they show. */
export const balanceKinds = ['available', 'current', 'owed', 'credit-available', 'credit-limit'] as const
export type BalanceKind = (typeof balanceKinds)[number]

/** How an account is named to its owner. */
export type AccountName = {
  readonly name: string
  readonly lastDigits: string | undefined
  readonly category: AccountCategory
}

/** How it is read back. */
export const accountNameShape = z.strictObject({
  name: z.string(),
  lastDigits: maybe(z.string()),
  category: z.enum(accountCategories),
})

/** One figure of an account, with its time where the bank says one. */
export type AccountFigure = {
  readonly kind: BalanceKind
  readonly amount: Money
  readonly asOf: Instant | undefined
  /** The one that stands for the account; at most one has it. */
  readonly main: boolean
}

/** Figures of one account. */
export type AccountBlock = {
  readonly kind: 'account'
  readonly account: AccountName
  readonly figures: readonly AccountFigure[]
  /** False: not the one that was named; shown on request, on the page. */
  readonly meant: boolean
}

/** How it is read back. */
export const accountShape = z.strictObject({
  kind: z.literal('account'),
  account: accountNameShape,
  figures: z.array(
    z.strictObject({
      kind: z.enum(balanceKinds),
      amount: moneyShape,
      asOf: maybe(instantShape),
      main: z.boolean(),
    }),
  ),
  meant: z.boolean(),
})
