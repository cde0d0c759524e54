import { unreachable } from '../../kernel/index.ts'
import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { Block, ChoiceBlock, PlainBlock } from '../block.ts'
import { accountTitle } from './reader.ts'
import type { AnswerReader } from './reader.ts'
import { showAccounts } from './show-accounts.ts'
import { showBill, showBillsTotal } from './show-bills.ts'
import { showCard, showDecline, showDetail } from './show-cards.ts'
import { showNote } from './show-notes.ts'
import { showPlaces } from './show-places.ts'
import { showReckoning } from './show-reckoning.ts'
import { showRows } from './show-rows.ts'
import { showSeries } from './show-series.ts'
import { showSpending } from './show-spending.ts'
import type { BlockView } from './view.ts'

/** Blocks in order. Accounts and series that follow each other are shown together. */
export function showBlocks(reader: AnswerReader, blocks: readonly Block[], view: BlockView): readonly Html[] {
  return blocks.flatMap((block, index): readonly Html[] => {
    if (block.kind === 'choice') return [showChoice(reader, block, view, index)]
    const isFollowing = blocks[index - 1]?.kind === block.kind
    if (block.kind === 'account') return isFollowing ? [] : [showAccounts(reader, run(blocks, index, block.kind), view)]
    if (block.kind === 'series') return isFollowing ? [] : [showSeries(reader, run(blocks, index, block.kind))]
    return [showPlain(reader, block, view)]
  })
}

function showPlain(
  reader: AnswerReader,
  block: Exclude<PlainBlock, { kind: 'account' | 'series' }>,
  view: BlockView,
): Html {
  switch (block.kind) {
    case 'rows':
      return showRows(reader, block)
    case 'spending':
      return showSpending(reader, block)
    case 'places':
      return showPlaces(reader, block, view)
    case 'bill':
      return showBill(reader, block, view.document.question)
    case 'bills-total':
      return showBillsTotal(reader, block)
    case 'decline':
      return showDecline(reader, block)
    case 'card':
      return showCard(reader, block)
    case 'detail':
      return showDetail(reader, block)
    case 'reckoning':
      return showReckoning(reader, block)
    case 'note':
      return showNote(reader, block, view.document)
    default:
      return unreachable(block)
  }
}

/**
 * Several fit: which is meant is chosen here, without script, so that nothing more has to be said in the conversation. Each option is a button of the
 * browser's own (a `summary`); those of one `name` close each other, so that one answer stands there at a time.
 */
function showChoice(reader: AnswerReader, choice: ChoiceBlock, view: BlockView, index: number): Html {
  const name = `choice-${view.document.institution}-${index}`
  return html`<section class="which" aria-labelledby="${name}">
    <p id="${name}">${reader.say(`choice.${choice.of}`, { count: choice.options.length })}</p>
    ${optionsOf(reader, choice).map(
      ({ title, blocks }) =>
        html`<details class="option" name="${name}">
          <summary><span>${title}</span></summary>
          ${showBlocks(reader, blocks, view)}
        </details>`,
    )}
    <p class="muted">${reader.say('choice.here')}</p>
  </section>`
}

function optionsOf(
  reader: AnswerReader,
  choice: ChoiceBlock,
): readonly { title: Html; blocks: readonly PlainBlock[] }[] {
  return choice.of === 'merchants'
    ? choice.options.map(({ label, blocks }) => ({ title: html`${label}`, blocks }))
    : choice.options.map(({ account, blocks }) => ({ title: accountTitle(reader, account), blocks }))
}

function run<Kind extends Block['kind']>(
  blocks: readonly Block[],
  start: number,
  kind: Kind,
): readonly Extract<Block, { kind: Kind }>[] {
  const rest = blocks.slice(start)
  const end = rest.findIndex((block) => block.kind !== kind)
  return rest
    .slice(0, end < 0 ? undefined : end)
    .filter((block): block is Extract<Block, { kind: Kind }> => block.kind === kind)
}
