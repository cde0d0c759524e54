import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { Row, RowsBlock } from '../block.ts'
import { size } from '../compute/sums.ts'
import { localNumeral } from '../say/local-numeral.ts'
import type { AnswerReader } from './reader.ts'

/** A list of movements, newest first, as a table: day and name, amount. */
export function showRows(reader: AnswerReader, block: RowsBlock): Html {
  const left = block.count - block.rows.length
  const totals = block.totals.map((total) => reader.money(size(total))).join(' · ')
  return html`<h2>${reader.say(`rows.${block.of}`)}</h2>
    <p class="muted">
      ${reader.say('rows.period', { from: reader.day(block.from), to: reader.day(block.to) })} ·
      ${reader.say(totals === '' ? 'rows.count' : 'rows.total', { count: block.count, amount: totals })}
    </p>
    <table class="rows">
      <thead class="unseen">
        <tr>
          <th scope="col">${reader.say('rows.what')}</th>
          <th scope="col">${reader.say('rows.amount')}</th>
        </tr>
      </thead>
      <tbody>
        ${block.rows.map((row) => showRow(reader, row))}
      </tbody>
    </table>
    ${left > 0 ? html`<p class="muted">${reader.say('rows.left', { count: left })}</p>` : undefined}`
}

function showRow(reader: AnswerReader, row: Row): Html {
  const { amount, direction, foreign } = row
  const beside = [
    reader.day(row.day),
    ...(row.account === undefined ? [] : [row.account]),
    ...(row.pending ? [reader.say('rows.isPending')] : []),
    ...(row.gaveBack === undefined ? [] : [reader.say('rows.gaveBack', { day: reader.day(row.gaveBack) })]),
    ...(foreign === undefined ? [] : [sayForeign(reader, foreign)]),
  ]
  return html`<tr>
    <th scope="row">
      <span class="who">${row.text}</span>
      <span class="beside">${beside.join(' · ')}</span>
    </th>
    <td>${direction === 'credit' ? '+' : ''}${reader.money(amount)}</td>
  </tr>`
}

function sayForeign(reader: AnswerReader, { amount, rate }: NonNullable<Row['foreign']>): string {
  const foreign = reader.money(amount)
  return rate === undefined
    ? foreign
    : reader.say('rows.rate', { foreign, rate: localNumeral(rate, reader.words.language) })
}
