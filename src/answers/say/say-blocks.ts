import { unreachable } from '../../kernel/index.ts'
import type { Block, PlainBlock } from '../block.ts'
import { sayAccounts, sayNoSuchAccount } from './say-accounts.ts'
import { sayBill, sayBillsTotal } from './say-bills.ts'
import { sayCard, sayDecline, sayDetail } from './say-cards.ts'
import { sayChoice } from './say-choice.ts'
import { sayNote } from './say-notes.ts'
import { sayPlaces } from './say-places.ts'
import { sayReckoning } from './say-reckoning.ts'
import { sayRows } from './say-rows.ts'
import { saySeries } from './say-series.ts'
import { saySpending } from './say-spending.ts'
import type { SayLine, Speech } from './speech.ts'

/** Lines for a chat, and whether the page has more than they say. */
export type Said = { readonly lines: readonly SayLine[]; readonly more: boolean }

/** What one message holds at most; the rest is on the page. */
const linesMax = 14

/** Puts blocks into lines for the level of the speech. Nothing here reaches past what the level lets it write out. */
export function sayBlocks(speech: Speech, all: readonly Block[], complete: boolean): Said {
  const blocks = all.flatMap(asTold)
  const parts = blocks.flatMap((block, index) => sayBlock(speech, block, blocks, index))
  // Several facts that stay on the page need one sentence that says so.
  const said = parts.flatMap((part) => part.lines)
  const told = said.findIndex(({ key }) => key === 'answer.only-on-page')
  const lines = said.filter(({ key }, index) => key !== 'answer.only-on-page' || index === told)
  const cut = lines.length > linesMax
  const more = cut || parts.some((part) => part.more)
  return {
    lines: [
      ...lines.slice(0, linesMax),
      ...(cut ? [{ key: 'answer.on-page', values: {} } as const] : []),
      ...(complete ? [] : [{ key: 'answer.partial', values: { bank: speech.bank } } as const]),
      { key: 'answer.checked', values: { time: speech.checked } },
      ...(speech.level === 'rounded' ? [{ key: 'answer.rounded', values: {} } as const] : []),
    ],
    more,
  }
}

function sayBlock(speech: Speech, block: Block, all: readonly Block[], index: number): readonly Said[] {
  if (block.kind === 'choice') return [sayChoice(speech, block)]
  // Blocks of one kind that follow each other are told together, by the first of them.
  if (isToldTogether(block) && all[index - 1]?.kind === block.kind) return []
  return [sayPlain(speech, block, all.slice(index))]
}

// A choice among single facts is no choice in a chat that may tell them: each fits on a line with its account's name.
function asTold(block: Block): readonly Block[] {
  const isShort = block.kind === 'choice' && block.of !== 'merchants'
  const facts = isShort ? block.options.flatMap(({ blocks }) => blocks) : []
  return facts.length > 0 && facts.every(({ kind }) => shortKinds.has(kind)) ? facts : [block]
}

const shortKinds: ReadonlySet<PlainBlock['kind']> = new Set(['account', 'card', 'detail'])

function isToldTogether({ kind }: Block): boolean {
  return kind === 'account' || kind === 'series' || kind === 'places'
}

function sayPlain(speech: Speech, block: PlainBlock, following: readonly Block[]): Said {
  switch (block.kind) {
    case 'account':
      return sayAccounts(speech, run(following, 'account'))
    case 'series':
      return saySeries(speech, run(following, 'series'))
    case 'rows':
      return sayRows(speech, block)
    case 'spending':
      return saySpending(speech, block)
    case 'places':
      return sayPlaces(speech, run(following, 'places'))
    case 'bill':
      return sayBill(speech, block)
    case 'bills-total':
      return sayBillsTotal(speech, block)
    case 'decline':
      return sayDecline(speech, block)
    case 'card':
      return sayCard(speech, block)
    case 'detail':
      return sayDetail(speech, block)
    case 'reckoning':
      return sayReckoning(speech, block)
    case 'note':
      return block.word === 'no-such-account' ? sayNoSuchAccount(speech, following) : sayNote(speech, block)
    default:
      return unreachable(block)
  }
}

function run<Kind extends PlainBlock['kind']>(
  blocks: readonly Block[],
  kind: Kind,
): readonly Extract<PlainBlock, { kind: Kind }>[] {
  const end = blocks.findIndex((block) => block.kind !== kind)
  return blocks
    .slice(0, end < 0 ? undefined : end)
    .filter((block): block is Extract<PlainBlock, { kind: Kind }> => block.kind === kind)
}
