import type { Day } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import type { Rhythm } from '../block.ts'
import { addDays, addMonths, daysFrom } from './days.ts'
import type { Movement } from './movements.ts'

/** Movements of one merchant that keep coming. `movements` oldest first. */
export type Series = {
  readonly movements: readonly Movement[]
  readonly every: Rhythm
  readonly last: Movement
  readonly nextDay: Day
  readonly before: { readonly amount: Money; readonly changedOn: Day } | undefined
}

type RhythmRule = { readonly every: Rhythm; readonly days: number; readonly slack: number; readonly timesMin: number }

// A rhythm holds when nearly every gap is this long, give or take; banks book late over weekends and holidays.
const rules: readonly RhythmRule[] = [
  { every: 'week', days: 7, slack: 2, timesMin: 4 },
  { every: 'fortnight', days: 14.6, slack: 3, timesMin: 3 },
  { every: 'month', days: 30.4, slack: 5, timesMin: 3 },
  { every: 'year', days: 365, slack: 14, timesMin: 2 },
]

/** The part of the gaps that must fit a rhythm. */
const fittingShare = 0.75
/** How far an amount may be from the one before and still be the same thing going on, as a part of it. */
const nearShare = { fixed: 0.35, bill: 1 } as const

/** Series that still go on: the next payment of each is not long overdue. `today` decides. */
export function findSeries(movements: readonly Movement[], today: Day): readonly Series[] {
  const groups = new Map<string, Movement[]>()
  for (const movement of movements) {
    const key = `${movement.key}|${movement.amount.currency}|${movement.transaction.accountId}|${movement.transaction.direction}`
    groups.set(key, [...(groups.get(key) ?? []), movement])
  }
  return [...groups.values()]
    .flatMap((group) => seriesOf([...group].sort((a, b) => a.transaction.at - b.transaction.at)))
    .filter(({ nextDay, every }) => daysFrom(nextDay, today) <= graceDays[every])
    .sort((a, b) => a.nextDay.localeCompare(b.nextDay))
}

/** So long after the day it was expected a series counts as ended. */
const graceDays: { readonly [Every in Rhythm]: number } = { week: 4, fortnight: 6, month: 12, year: 30 }

// First all payments of the merchant together, so that a change of price stays one series; else each amount by itself.
function seriesOf(group: readonly Movement[]): readonly Series[] {
  const whole = asSeries(group)
  if (whole !== undefined) return [whole]
  const byAmount = new Map<bigint, Movement[]>()
  for (const movement of group) {
    const { minor } = movement.amount
    byAmount.set(minor, [...(byAmount.get(minor) ?? []), movement])
  }
  if (byAmount.size < 2) return []
  return [...byAmount.values()].map(asSeries).filter((series) => series !== undefined)
}

function asSeries(group: readonly Movement[]): Series | undefined {
  const last = group.at(-1)
  if (last === undefined || group.length < 2) return undefined
  const gaps = group.slice(1).map((movement, index) => daysFrom(group[index]?.day ?? movement.day, movement.day))
  const rule = rules.find(
    ({ days, slack, timesMin }) =>
      group.length >= timesMin &&
      gaps.filter((gap) => Math.abs(gap - days) <= slack).length >= Math.ceil(gaps.length * fittingShare),
  )
  if (rule === undefined || !isNearEqual(group)) return undefined
  return {
    movements: group,
    every: rule.every,
    last,
    nextDay: nextAfter(last.day, rule.every),
    before: changeOf(group),
  }
}

function isNearEqual(group: readonly Movement[]): boolean {
  const share = /BILL|DIRECTDEBIT|DEPOSIT/i.test(group[0]?.transaction.kind ?? '') ? nearShare.bill : nearShare.fixed
  const pairs = group
    .slice(1)
    .map((movement, index) => [Number(group[index]?.amount.minor ?? 0n), Number(movement.amount.minor)] as const)
  return pairs.every(([before, after]) => Math.abs(after - before) <= share * Math.max(before, after))
}

// A price changed when an amount that had come at least twice gave way to another one that stayed.
function changeOf(group: readonly Movement[]): Series['before'] {
  const last = group.at(-1)
  if (last === undefined) return undefined
  const index = group.findLastIndex(({ amount }) => amount.minor !== last.amount.minor)
  const [before, earlier, first] = [group[index], group[index - 1], group[index + 1]]
  if (before === undefined || earlier === undefined || first === undefined) return undefined
  return before.amount.minor === earlier.amount.minor ? { amount: before.amount, changedOn: first.day } : undefined
}

/** When the next of a rhythm is expected. */
export function nextAfter(day: Day, every: Rhythm): Day {
  switch (every) {
    case 'week':
      return addDays(day, 7)
    case 'fortnight':
      return addDays(day, 14)
    case 'month':
      return addMonths(day, 1)
    case 'year':
      return addMonths(day, 12)
  }
}
