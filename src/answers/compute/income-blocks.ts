import type { Block } from '../block.ts'
import { dayIn } from './days.ts'
import { within } from './find-rows.ts'
import type { ListQuestion } from './find-rows.ts'
import { findSeries } from './find-series.ts'
import type { Movement } from './movements.ts'
import { note } from './period.ts'
import { rowsOrNone } from './row-blocks.ts'

/** Money that came in from others, and when the next may come, going by the ones before. */
export function incomeBlocks({ movements, facts, reckoned, period }: ListQuestion): readonly Block[] {
  const came = within(movements, period).filter(isIncome)
  const next = nextIncome(movements, dayIn(reckoned.timeZone)(reckoned.now))
  return [
    ...rowsOrNone('income', came, period, facts),
    ...(next === undefined ? [] : [note('next-income', { from: next })]),
  ]
}

/** The day when regular income is expected next, if it keeps coming at all. */
export function nextIncome(movements: readonly Movement[], today: string): string | undefined {
  const [next] = findSeries(
    movements.filter((each) => isIncome(each) && !/INTEREST|DIVIDEND/i.test(each.transaction.kind)),
    today,
  )
  return next === undefined || next.nextDay <= today ? undefined : next.nextDay
}

function isIncome({ transaction, own, refund }: Movement): boolean {
  return transaction.direction === 'credit' && !own && !refund
}
