import type { Instant } from '../kernel/index.ts'
import { nextDigest, quietUntil } from './quiet-hours.ts'

/** How somebody wants receipts. */
export const receiptWishes = ['digest', 'each', 'none'] as const
export type ReceiptWish = (typeof receiptWishes)[number]

/** When a use is told of: with the day's digest, at once (in the morning, at night), or never (undefined). */
export function planReceipt(wish: ReceiptWish, now: Instant, timeZone: string): Instant | undefined {
  switch (wish) {
    case 'none':
      return undefined
    case 'digest':
      return nextDigest(now, timeZone)
    case 'each':
      return quietUntil(now, { timeZone, lastInboundAt: undefined }) ?? now
  }
}
