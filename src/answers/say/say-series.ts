import type { Money } from '../../kernel/index.ts'
import type { Rhythm, SeriesBlock } from '../block.ts'
import { sumsOf } from '../compute/sums.ts'
import { chatName } from './chat-name.ts'
import type { SayLine, Speech } from './speech.ts'

/** How many series one message lists. */
const seriesMax = 8

/** Payments that keep coming, with changes of price; at level rounded what they come to in a month. */
export function saySeries(
  speech: Speech,
  all: readonly SeriesBlock[],
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  if (speech.question === 'notices') {
    return speech.level === 'rounded'
      ? { lines: [{ key: 'answer.news.risen', values: {} }], more: true }
      : { lines: all.slice(0, seriesMax).flatMap((series) => sayChange(speech, series)), more: all.length > seriesMax }
  }
  if (speech.level === 'rounded') {
    const amount = speech.amounts(sumsOf(all.map(aMonth)))
    return { lines: [{ key: 'answer.series.rounded', values: { ...speech.counted(all.length), amount } }], more: true }
  }
  const shown = all.slice(0, seriesMax)
  const left = all.length - shown.length
  return {
    lines: [
      { key: 'answer.series.head', values: { count: all.length } },
      ...shown.map((series): SayLine => ({
        key: 'answer.series.line',
        values: {
          name: chatName(series.merchant),
          amount: speech.amount(series.amount),
          every: series.every,
          day: speech.day(series.nextDay),
        },
      })),
      ...shown.flatMap((series) => sayChange(speech, series)),
      ...(left > 0 ? [{ key: 'answer.rows.more', values: { count: left } } as const] : []),
    ],
    more: left > 0,
  }
}

function sayChange(speech: Speech, { merchant, before, amount, changedOn }: SeriesBlock): readonly SayLine[] {
  if (before === undefined || changedOn === undefined) return []
  const values = {
    name: chatName(merchant),
    before: speech.amount(before),
    amount: speech.amount(amount),
    day: speech.day(changedOn),
  }
  return [{ key: 'answer.series.changed', values }]
}

const timesAYear: { readonly [Every in Rhythm]: bigint } = { week: 52n, fortnight: 26n, month: 12n, year: 1n }

/** What a series comes to in a month. */
export function aMonth({ amount, every }: Pick<SeriesBlock, 'amount' | 'every'>): Money {
  return { minor: (amount.minor * timesAYear[every]) / 12n, currency: amount.currency }
}
