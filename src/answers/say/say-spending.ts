import { add } from '../../kernel/index.ts'
import type { SpendingBlock } from '../block.ts'
import { daysFrom } from '../compute/days.ts'
import { minus, size } from '../compute/sums.ts'
import { chatName } from './chat-name.ts'
import type { SayLine, Speech } from './speech.ts'

/** How many parts of a sum one message names. */
const sharesMax = 5

/** The sum and how it compares; at level full also its largest parts. */
export function saySpending(
  speech: Speech,
  block: SpendingBlock,
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  const shares = speech.level === 'full' ? block.shares.slice(0, sharesMax) : []
  return {
    lines: [
      saySum(speech, block),
      ...sayBefore(speech, block),
      ...shares.map(({ category, merchant, amount }): SayLine => ({
        key: 'answer.spending.share',
        values: {
          name: category === undefined ? chatName(merchant ?? '') : speech.word(`spend.${category}`),
          amount: speech.amount(amount),
        },
      })),
    ],
    more: block.shares.length > shares.length,
  }
}

function saySum(speech: Speech, { from, to, total, category, merchant }: SpendingBlock): SayLine {
  const values = { from: speech.day(from), to: speech.day(to), amount: speech.amount(total) }
  // A merchant is named at level full alone; a category is our own word, and the person's own question.
  if (merchant !== undefined && speech.level === 'full')
    return { key: 'answer.spending.merchant', values: { ...values, name: chatName(merchant) } }
  if (category !== undefined)
    return { key: 'answer.spending.category', values: { ...values, name: speech.word(`spend.${category}`) } }
  return { key: 'answer.spending.all', values }
}

function sayBefore(speech: Speech, { total, before }: SpendingBlock): readonly SayLine[] {
  if (before === undefined) return []
  const difference = add(total, minus(before.total))
  const values = {
    days: daysFrom(before.from, before.to) + 1,
    difference: speech.amount(size(difference)),
    amount: speech.amount(before.total),
  }
  if (difference.minor === 0n) return [{ key: 'answer.spending.same', values: { days: values.days } }]
  return [{ key: difference.minor > 0n ? 'answer.spending.more' : 'answer.spending.less', values }]
}
