import { z } from 'zod'
import type { Day } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import { countShape, dayShape, moneyShape } from './shapes.ts'

export const reckoningSteps = [
  'available',
  'current',
  'bills',
  'recurring',
  'pending',
  'left',
  'asked',
  'after',
] as const
export type ReckoningStep = (typeof reckoningSteps)[number]

/** Whether something can be afforded, with how it was reckoned. Never a promise. */
export type ReckoningBlock = {
  readonly kind: 'reckoning'
  /** The day up to which bills and recurring payments were looked at. */
  readonly until: Day
  /** Whether `until` is when income is expected, rather than two weeks from now. */
  readonly untilIncome: boolean
  /** In order; what is taken away is negative. */
  readonly steps: readonly { readonly step: ReckoningStep; readonly amount: Money; readonly count: number }[]
  /** `unasked`: no amount was named. */
  readonly verdict: 'fits' | 'short' | 'unasked'
}

/** How it is read back. */
export const reckoningShape = z.strictObject({
  kind: z.literal('reckoning'),
  until: dayShape,
  untilIncome: z.boolean(),
  steps: z.array(z.strictObject({ step: z.enum(reckoningSteps), amount: moneyShape, count: countShape })),
  verdict: z.enum(['fits', 'short', 'unasked']),
})
