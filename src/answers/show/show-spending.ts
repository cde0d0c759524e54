import { add } from '../../kernel/index.ts'
import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { SpendingBlock, SpendingShare } from '../block.ts'
import { daysFrom } from '../compute/days.ts'
import { minus, size } from '../compute/sums.ts'
import type { AnswerReader } from './reader.ts'

/** A sum of spending, how it compares, and its parts as bars. */
export function showSpending(reader: AnswerReader, block: SpendingBlock): Html {
  const what = block.merchant ?? (block.category === undefined ? undefined : reader.say(`spend.${block.category}`))
  const most = block.shares.reduce((max, { amount }) => (amount.minor > max ? amount.minor : max), 1n)
  return html`<article class="account">
    ${what === undefined ? undefined : html`<h2 class="first">${what}</h2>`}
    <p class="money">${reader.money(block.total)}</p>
    <p class="money-kind">
      ${reader.say('spending.period', { from: reader.day(block.from), to: reader.day(block.to), count: block.count })}
    </p>
    ${block.before === undefined ? undefined : showComparison(reader, block.total, block.before)}
    ${
      block.shares.length === 0
        ? undefined
        : html`<h3 class="parts">
              ${reader.say(block.category === undefined ? 'spending.byCategory' : 'spending.byMerchant')}
            </h3>
            <ul class="bars plain">
              ${block.shares.map((share) => showShare(reader, share, most))}
            </ul>`
    }
  </article>`
}

function showComparison(
  reader: AnswerReader,
  total: SpendingBlock['total'],
  before: NonNullable<SpendingBlock['before']>,
): Html {
  const difference = add(total, minus(before.total))
  const days = daysFrom(before.from, before.to) + 1
  const word = difference.minor === 0n ? 'same' : difference.minor > 0n ? 'more' : 'less'
  const most = size(total).minor > size(before.total).minor ? size(total).minor : size(before.total).minor
  return html`<p>${reader.say(`spending.${word}`, { difference: reader.money(size(difference)), days })}</p>
    <ul class="bars plain">
      ${showBar(reader.say('spending.now'), reader.money(total), share(total.minor, most))}
      ${showBar(
        reader.say('spending.before', { from: reader.day(before.from), to: reader.day(before.to) }),
        reader.money(before.total),
        share(before.total.minor, most),
        'before',
      )}
    </ul>`
}

function showShare(reader: AnswerReader, { category, merchant, amount, count }: SpendingShare, most: bigint): Html {
  const name = category === undefined ? (merchant ?? '') : reader.say(`spend.${category}`)
  return showBar(`${name} (${count})`, reader.money(amount), share(amount.minor, most))
}

/** A label, a figure, and a bar as wide as its part of a hundred; the bar says nothing that the figure does not. */
function showBar(label: string, figure: string, width: number, kind = 'now'): Html {
  return html`<li>
    <span class="bar-label">${label}</span> <span class="bar-figure">${figure}</span>
    <svg class="share" aria-hidden="true" width="100%" height="8">
      <rect class="share-ground" width="100%" height="8" rx="4" />
      <rect class="share-${kind}" width="${width}%" height="8" rx="4" />
    </svg>
  </li>`
}

function share(part: bigint, most: bigint): number {
  return part <= 0n || most <= 0n ? 0 : Number((part * 100n) / most)
}
