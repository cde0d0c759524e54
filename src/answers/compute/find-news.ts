import type { Instant } from '../../kernel/index.ts'
import type { BillBlock, Block, Row, SeriesBlock } from '../block.ts'
import { nothingNamed } from '../asked.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { billsOf } from './bill-blocks.ts'
import { addDays, dayIn } from './days.ts'
import { findTwice } from './find-twice.ts'
import { movementsOf } from './movements.ts'
import type { Movement } from './movements.ts'
import { nameAccounts } from './name-accounts.ts'
import { note, periodOf } from './period.ts'
import { paymentOf } from './refund-rows.ts'
import { rowsBlock } from './row-blocks.ts'
import { outgoingSeries, seriesBlockOf } from './series-blocks.ts'

/**
 * One fact that a customer wants to be told of. `identity` is the same however often the bank is asked, also once a pending payment
 * was booked; it holds what the bank knows, so it goes nowhere but into a keyed hash.
 */
export type News =
  | { readonly kind: 'bill-due'; readonly identity: string; readonly bill: BillBlock }
  | { readonly kind: 'price-rise'; readonly identity: string; readonly series: SeriesBlock }
  | { readonly kind: 'charged-twice'; readonly identity: string; readonly charges: readonly [Movement, Movement] }
  | {
      readonly kind: 'refund'
      readonly identity: string
      readonly refund: Movement
      readonly paidOn: string | undefined
    }

/** Which days count as news. Bills look ahead: `billsTo` is in the future. */
export type NewsDays = { readonly from: string; readonly billsFrom: string; readonly billsTo: string }

/** A bill is told of this many days before it is due. */
const billDaysAhead = 3
/** What happened longer ago is no news. */
const newsDays = 7
/** The page of a notice is opened days later, and shows what the notice was about. */
const pageDays = 14
const pageBillDays = 4

/** The days whose news a look tells: the last week, and not what happened before the customer asked for notices. */
export function daysOfNews({ now, timeZone }: Reckoned, began: Instant): NewsDays {
  const dayOf = dayIn(timeZone)
  const today = dayOf(now)
  const [weekAgo, first] = [addDays(today, -newsDays), dayOf(began)]
  return { from: weekAgo > first ? weekAgo : first, billsFrom: today, billsTo: addDays(today, billDaysAhead) }
}

/** What is new in a bank's facts, of the four kinds; pure. Bills and payments that were not looked at are left out. */
export function findNews(facts: BankFacts, reckoned: Reckoned, days: NewsDays): readonly News[] {
  const movements = movementsOf(facts.transactions?.transactions ?? [], reckoned)
  return [
    ...dueBills(facts, days),
    ...risen(movements, facts, reckoned, days),
    ...findTwice(movements, days.from).map(({ first, again }): News => {
      const { amount, key, transaction } = again
      const identity = `twice|${transaction.accountId}|${key}|${amount.minor}${amount.currency}|${first.day}|${again.day}`
      return { kind: 'charged-twice', identity, charges: [again, first] }
    }),
    ...refunds(movements, days),
  ]
}

/** News as blocks: bills, then what looks wrong, then what came back. */
export function newsBlocks(news: readonly News[], facts: BankFacts, reckoned: Reckoned): readonly Block[] {
  const period = periodOf('notices', nothingNamed, reckoned)
  const charges = news.flatMap((each) => (each.kind === 'charged-twice' ? each.charges : []))
  const back = news.flatMap((each) => (each.kind === 'refund' ? [each] : []))
  return [
    ...news.flatMap((each) => (each.kind === 'bill-due' ? [each.bill] : [])),
    ...news.flatMap((each) => (each.kind === 'price-rise' ? [each.series] : [])),
    ...(charges.length === 0 ? [] : [rowsBlock('twice', [...new Set(charges)], spanOf(charges), facts)]),
    ...(back.length === 0 ? [] : [refundsBlock(back, facts)]),
    ...(news.length === 0 ? [note('nothing-found', period)] : []),
  ]
}

/** The days whose news the page of a notice shows: further back, so that it still holds what was told. */
export function daysOfPage({ now, timeZone }: Reckoned): NewsDays {
  const today = dayIn(timeZone)(now)
  return {
    from: addDays(today, -pageDays),
    billsFrom: addDays(today, -pageBillDays),
    billsTo: addDays(today, billDaysAhead),
  }
}

function dueBills(facts: BankFacts, { billsFrom, billsTo }: NewsDays): readonly News[] {
  return (facts.bills ?? []).flatMap((each): readonly News[] => {
    const [bill] = billsOf({ ...facts, bills: [each] })
    const due = bill?.dueDate
    if (bill === undefined || due === undefined || bill.totalDue.minor <= 0n) return []
    if (due < billsFrom || due > billsTo) return []
    return [{ kind: 'bill-due', identity: `bill|${each.accountId}|${due}`, bill }]
  })
}

function risen(
  movements: readonly Movement[],
  facts: BankFacts,
  { now, timeZone }: Reckoned,
  { from }: NewsDays,
): readonly News[] {
  const nameOf = nameAccounts(facts)
  return outgoingSeries(movements, dayIn(timeZone)(now)).flatMap((series): readonly News[] => {
    const { before, last } = series
    if (before === undefined || before.changedOn < from || last.amount.minor <= before.amount.minor) return []
    const identity = `rise|${last.transaction.accountId}|${last.key}|${last.amount.minor}${last.amount.currency}|${before.changedOn}`
    return [{ kind: 'price-rise', identity, series: seriesBlockOf(series, nameOf) }]
  })
}

// A refund that is pending may still go away, and would be another transaction once it is booked.
function refunds(movements: readonly Movement[], { from }: NewsDays): readonly News[] {
  const debits = movements.filter(({ transaction, own }) => transaction.direction === 'debit' && !own)
  return movements
    .filter(({ refund, day, transaction }) => refund && day >= from && transaction.status === 'posted')
    .map((refund): News => {
      const identity = `refund|${refund.transaction.accountId}|${refund.transaction.id}`
      return { kind: 'refund', identity, refund, paidOn: paymentOf(refund, debits)?.day }
    })
}

function refundsBlock(back: readonly Extract<News, { kind: 'refund' }>[], facts: BankFacts): Block {
  const all = back.map(({ refund }) => refund)
  const block = rowsBlock('refunds', all, spanOf(all), facts)
  return { ...block, rows: block.rows.map((row, index): Row => ({ ...row, gaveBack: back[index]?.paidOn })) }
}

function spanOf(movements: readonly Movement[]): { readonly from: string; readonly to: string } {
  const days = movements.map(({ day }) => day).sort()
  return { from: days[0] ?? '', to: days.at(-1) ?? '' }
}
