import type { Block, SeriesBlock } from '../block.ts'
import { dayIn } from './days.ts'
import type { ListQuestion } from './find-rows.ts'
import { findSeries } from './find-series.ts'
import type { Series } from './find-series.ts'
import type { Movement } from './movements.ts'
import { nameAccounts } from './name-accounts.ts'
import { merchantsMeant } from './narrow.ts'
import { note } from './period.ts'

/** Payments that keep coming, the next one first, with changes of price. */
export function recurringBlocks(question: ListQuestion): readonly Block[] {
  return seriesBlocks(question, () => true)
}

/** What leaves accounts by an order or a mandate, rather than by a card. */
export function standingOrderBlocks(question: ListQuestion): readonly Block[] {
  const isOrder = ({ transaction }: Movement): boolean =>
    transaction.cardLastDigits === undefined && !/PURCHASE|POS|ATM/i.test(transaction.kind)
  return [...seriesBlocks(question, isOrder), note('change-at-bank')]
}

/** Series of payments to others: fees, moves between own accounts and cash are none. */
export function outgoingSeries(movements: readonly Movement[], today: string): readonly Series[] {
  const paid = movements.filter(
    ({ transaction, own, category }) =>
      transaction.direction === 'debit' && !own && category !== 'cash' && category !== 'fees',
  )
  return findSeries(paid, today)
}

function seriesBlocks(
  { movements, facts, reckoned, asked, period }: ListQuestion,
  isMeant: (movement: Movement) => boolean,
): readonly Block[] {
  const today = dayIn(reckoned.timeZone)(reckoned.now)
  const merchants = merchantsMeant(movements, asked, reckoned)
  const found = outgoingSeries(
    movements.filter((movement) => isMeant(movement) && (merchants?.has(movement.key) ?? true)),
    today,
  )
  if (found.length === 0) return [note('nothing-found', period)]
  const nameOf = nameAccounts(facts)
  return found.map((series) => seriesBlockOf(series, nameOf))
}

/** One series as it is shown. */
export function seriesBlockOf(
  { last, every, nextDay, before, movements }: Series,
  nameOf: ReturnType<typeof nameAccounts>,
): SeriesBlock {
  const account = nameOf(last.transaction.accountId).name
  return {
    kind: 'series',
    merchant: last.text,
    every,
    amount: last.amount,
    before: before?.amount,
    changedOn: before?.changedOn,
    lastDay: last.day,
    nextDay,
    count: movements.length,
    account: account === '' ? undefined : account,
  }
}
