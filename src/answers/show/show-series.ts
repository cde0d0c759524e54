import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { SeriesBlock } from '../block.ts'
import { sumsOf } from '../compute/sums.ts'
import { aMonth } from '../say/say-series.ts'
import type { AnswerReader } from './reader.ts'

/** Payments that keep coming, the next one first, and what they come to in a month. */
export function showSeries(reader: AnswerReader, all: readonly SeriesBlock[]): Html {
  const month = sumsOf(all.map(aMonth)).map((sum) => reader.money(sum))
  return html`<p class="money">${month.join(' · ')}</p>
    <p class="money-kind">${reader.say('series.sum', { count: all.length })}</p>
    <table class="rows">
      <thead class="unseen">
        <tr>
          <th scope="col">${reader.say('rows.what')}</th>
          <th scope="col">${reader.say('rows.amount')}</th>
        </tr>
      </thead>
      <tbody>
        ${all.map((series) => showOne(reader, series))}
      </tbody>
    </table>`
}

function showOne(reader: AnswerReader, series: SeriesBlock): Html {
  const { before, changedOn, amount } = series
  const beside = [
    reader.say('series.next', { day: reader.day(series.nextDay) }),
    reader.say('series.last', { day: reader.day(series.lastDay), count: series.count }),
    ...(series.account === undefined ? [] : [series.account]),
  ]
  return html`<tr>
    <th scope="row">
      <span class="who">${series.merchant}</span>
      <span class="beside">${beside.join(' · ')}</span>
      ${
        before === undefined || changedOn === undefined
          ? undefined
          : html`<span class="beside changed"
              >${reader.say('series.changed', {
                before: reader.money(before),
                amount: reader.money(amount),
                day: reader.day(changedOn),
              })}</span
            >`
      }
    </th>
    <td>${reader.money(amount)} <span class="beside">${reader.say(`series.${series.every}`)}</span></td>
  </tr>`
}
