import { sayPeriod } from './slots/say-period.ts'
import type { Turn } from './turn.ts'
import type { Slots } from './understand/understood.ts'

/** The days that were understood, said back; only where the person typed a period, and from nothing but what they typed. */
export function sayPeriodOf({ language }: Pick<Turn, 'language'>, { from, to }: Slots): string | undefined {
  return from === undefined && to === undefined ? undefined : sayPeriod(language, from, to)
}
