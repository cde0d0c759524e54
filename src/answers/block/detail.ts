import { z } from 'zod'
import { accountNameShape } from './account.ts'
import type { AccountName } from './account.ts'
import { maybe } from './shapes.ts'

export const detailKinds = ['account-number', 'routing-number', 'iban', 'bic', 'interest-rate', 'rewards'] as const
export type DetailKind = (typeof detailKinds)[number]

/** What rewards are counted in, as the bank says: `other` is a word of its own that we do not know. */
export const rewardUnits = ['points', 'miles', 'cashback', 'other'] as const
export type RewardUnit = (typeof rewardUnits)[number]

/** A fact about an account that is no amount. `pageOnly`: it never enters a chat, at any level. */
export type DetailBlock = {
  readonly kind: 'detail'
  readonly detail: DetailKind
  readonly account: AccountName
  readonly text: string
  /** Of rewards: what they are called. */
  readonly program: string | undefined
  /** Of rewards: what they are counted in. A bank names no currency for cash back, so there is none here. */
  readonly unit?: RewardUnit | undefined
  readonly pageOnly: boolean
}

/** How it is read back. */
export const detailShape = z.strictObject({
  kind: z.literal('detail'),
  detail: z.enum(detailKinds),
  account: accountNameShape,
  text: z.string(),
  program: maybe(z.string()),
  unit: z.enum(rewardUnits).optional(),
  pageOnly: z.boolean(),
})
