import { z } from 'zod'
import type { Day } from '../../banks/index.ts'
import type { Instant, Money } from '../../kernel/index.ts'
import { accountNameShape } from './account.ts'
import type { AccountName } from './account.ts'
import { dayShape, instantShape, maybe, moneyShape } from './shapes.ts'

/** A payment that the bank refused; `reason` is ours, `code` is the bank's. */
export const declineReasons = [
  'insufficient-funds',
  'over-limit',
  'frozen',
  'lost',
  'expired',
  'wrong-pin',
  'pin-blocked',
  'wrong-details',
  'suspected-fraud',
  'not-allowed',
  'unavailable',
  'unknown',
] as const
export type DeclineReason = (typeof declineReasons)[number]

export type DeclineBlock = {
  readonly kind: 'decline'
  readonly day: Day
  readonly at: Instant
  readonly amount: Money
  readonly merchant: string | undefined
  readonly account: AccountName | undefined
  readonly reason: DeclineReason
  readonly code: string
}

/** How it is read back. */
export const declineShape = z.strictObject({
  kind: z.literal('decline'),
  day: dayShape,
  at: instantShape,
  amount: moneyShape,
  merchant: maybe(z.string()),
  account: maybe(accountNameShape),
  reason: z.enum(declineReasons),
  code: z.string(),
})

/** Whether a card works. */
export type CardBlock = {
  readonly kind: 'card'
  readonly account: AccountName
  readonly status: 'active' | 'frozen' | 'lost'
  readonly since: Day | undefined
  readonly expires: string | undefined
}

/** How it is read back. */
export const cardShape = z.strictObject({
  kind: z.literal('card'),
  account: accountNameShape,
  status: z.enum(['active', 'frozen', 'lost']),
  since: maybe(dayShape),
  expires: maybe(z.string()),
})
