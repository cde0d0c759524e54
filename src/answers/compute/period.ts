import type { Day } from '../../banks/index.ts'
import type { Asked } from '../asked.ts'
import type { NoteBlock } from '../block.ts'
import { usualDays } from '../questions.ts'
import type { AnswerTopic } from '../questions.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { addDays, dayIn, daysFrom } from './days.ts'

/** Days from the first to the last, both included. */
export type Period = { readonly from: Day; readonly to: Day }

/** The most days that are asked of a bank at once: two years of comparison, and a month to spare. */
const fetchDaysMax = 760

/** The stretch a question is about: what was named, or the usual one, never beyond today. */
export function periodOf(question: AnswerTopic, asked: Asked, reckoned: Reckoned): Period {
  const today = dayIn(reckoned.timeZone)(reckoned.now)
  const to = asked.to === undefined || asked.to > today ? today : asked.to
  const from = asked.from ?? addDays(to, 1 - (usualDays(question) ?? 1))
  return { from: from > to ? to : from, to }
}

/** The stretch of the same length right before. */
export function stretchBefore({ from, to }: Period): Period {
  return { from: addDays(from, -(daysFrom(from, to) + 1)), to: addDays(from, -1) }
}

/** The days to ask a bank for, so that a question can be answered; undefined when it takes no transactions. */
export function daysToFetch(question: AnswerTopic, asked: Asked, reckoned: Reckoned): Period | undefined {
  if (usualDays(question) === undefined) return undefined
  const period = periodOf(question, asked, reckoned)
  // Spending is compared with the stretch before; money back is looked up among the payments of two months before.
  const first =
    question === 'spending'
      ? stretchBefore(period).from
      : question === 'refund_status'
        ? addDays(period.from, -60)
        : period.from
  const earliest = addDays(period.to, 1 - fetchDaysMax)
  return { from: first < earliest ? earliest : first, to: period.to }
}

/** Whether a day lies in the stretch. */
export function isWithin(day: Day, { from, to }: Period): boolean {
  return day >= from && day <= to
}

/** Says which days the bank's answer covers, when they are fewer than what was asked about. */
export function coverageNotes(period: Period, { transactions }: BankFacts): readonly NoteBlock[] {
  if (transactions === undefined || transactions.from <= period.from) return []
  return [note('covered-only', { from: transactions.from, to: transactions.to })]
}

/** A sentence of ours among the blocks. */
export function note(
  word: NoteBlock['word'],
  values: { readonly from?: Day; readonly to?: Day; readonly count?: number } = {},
): NoteBlock {
  return { kind: 'note', word, from: values.from, to: values.to, count: values.count }
}
