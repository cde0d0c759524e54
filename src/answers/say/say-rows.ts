import type { Row, RowsBlock } from '../block.ts'
import { size } from '../compute/sums.ts'
import { chatName } from './chat-name.ts'
import type { SayLine, Speech } from './speech.ts'

/** How many movements one message lists; the rest is on the page. */
const rowsMax = 8

/** A list at level full; a sum and a rounded count at level rounded. */
export function sayRows(
  speech: Speech,
  block: RowsBlock,
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  // What a sum is made of is on the page, beside the sum.
  if (block.of === 'spending') return { lines: [], more: true }
  const period = { from: speech.day(block.from), to: speech.day(block.to) }
  const amount = speech.amounts(block.totals.map(size))
  if (speech.level === 'rounded' && speech.question === 'notices') return sayNews(block, amount)
  if (speech.level === 'rounded') {
    // That something is missing was said already; which payments are meant is on the page.
    if (block.of === 'waiting') return { lines: [], more: true }
    const values = { ...period, ...speech.counted(block.count) }
    return block.totals.length === 0
      ? { lines: [{ key: 'answer.rows.rounded-count', values }], more: true }
      : { lines: [{ key: 'answer.rows.rounded', values: { ...values, amount } }], more: true }
  }
  const left = block.count - Math.min(rowsMax, block.rows.length)
  return {
    lines: [
      { key: `answer.head.${block.of}`, values: { ...period, amount, count: block.count } },
      ...block.rows.slice(0, rowsMax).map((row) => sayRow(speech, row, block.of)),
      ...(left > 0 ? [{ key: 'answer.rows.more', values: { count: left } } as const] : []),
    ],
    more: left > 0,
  }
}

// What a notice is about, without whom it is about.
function sayNews({ of }: RowsBlock, amount: string): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  const line: SayLine =
    of === 'twice' ? { key: 'answer.news.twice', values: {} } : { key: 'answer.news.refund', values: { amount } }
  return { lines: [line], more: true }
}

function sayRow(speech: Speech, row: Row, of: RowsBlock['of']): SayLine {
  const values = {
    day: speech.day(row.day),
    name: chatName(row.text),
    amount: speech.signed(row.amount, row.direction),
  }
  if (of === 'foreign' && row.foreign !== undefined) {
    const foreign = speech.amount(row.foreign.amount)
    const { rate } = row.foreign
    return rate === undefined
      ? { key: 'answer.row.foreign-no-rate', values: { ...values, foreign } }
      : { key: 'answer.row.foreign', values: { ...values, foreign, rate: speech.numeral(chatName(rate)) } }
  }
  if (row.gaveBack !== undefined)
    return { key: 'answer.row.given-back', values: { ...values, paid: speech.day(row.gaveBack) } }
  return { key: row.pending && of !== 'pending' ? 'answer.row.pending' : 'answer.row', values }
}
