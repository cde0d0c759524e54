import type { Asked } from '../asked.ts'
import type { AccountOption, Block, ChoiceBlock, MerchantOption, PlainBlock } from '../block.ts'
import { isTied } from '../choose-accounts.ts'
import { note } from './period.ts'

/** How many accounts a page lists one under the other before it asks which one is meant. */
const listedMax = 4
/** The most that one choice offers; what is beyond is counted. */
const optionsMax = 40
/** The most movements that all options hold together, shared out alike: with them the largest choice fits into a sealed answer. */
const rowsMax = 600

/**
 * The answers of the accounts that were meant: the only one's as it is; several as a choice where the words fit each of them (a tie), where
 * they are more than a page should list, or where each has to stand alone. Every option brings its own answer, so that choosing asks no bank.
 */
export function offerAccounts(
  options: readonly AccountOption[],
  { asked, standsAlone = false }: { readonly asked: Asked; readonly standsAlone?: boolean },
): readonly Block[] {
  const isChoice = options.length > 1 && (standsAlone || isTied(asked) || options.length > listedMax)
  if (!isChoice) return options.flatMap(({ blocks }) => blocks)
  const of = options.every(({ account }) => account.category === 'card') ? 'cards' : 'accounts'
  return withRest(options, (offered): ChoiceBlock => ({ kind: 'choice', of, options: offered }))
}

/** Several shops that fit what was typed. */
export function offerMerchants(options: readonly MerchantOption[]): readonly Block[] {
  return withRest(options, (offered): ChoiceBlock => ({ kind: 'choice', of: 'merchants', options: offered }))
}

function withRest<Option extends AccountOption | MerchantOption>(
  options: readonly Option[],
  choiceOf: (offered: readonly Option[]) => ChoiceBlock,
): readonly Block[] {
  const offered = options.slice(0, optionsMax)
  const share = Math.floor(rowsMax / offered.length)
  const held = offered.map((option) => ({ ...option, blocks: option.blocks.map((block) => holdRows(block, share)) }))
  const left = options.length - offered.length
  return [choiceOf(held), ...(left > 0 ? [note('left-out-options', { count: left })] : [])]
}

// A list says itself how many of its movements it does not show.
function holdRows(block: PlainBlock, share: number): PlainBlock {
  return block.kind === 'rows' ? { ...block, rows: block.rows.slice(0, share) } : block
}
