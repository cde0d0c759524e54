import { z } from 'zod'
import { choiceShape } from './block/choice.ts'
import type { ChoiceBlock } from './block/choice.ts'
import { plainShape } from './block/plain.ts'
import type { PlainBlock } from './block/plain.ts'

// What an answer is made of: each kind of block stands in a file of its own, its type beside the shape that it is read with.
// What blocks hold is written out plainly; a list of them is always inside one Secret.

export type Block = PlainBlock | ChoiceBlock

/** A block of a sealed answer, as it is read back. */
export const blockShape: z.ZodType<Block> = z.union([plainShape, choiceShape])

export type { AccountOption, ChoiceBlock, MerchantOption } from './block/choice.ts'
export type { PlainBlock } from './block/plain.ts'
export { accountCategories, balanceKinds } from './block/account.ts'
export type { AccountBlock, AccountCategory, AccountFigure, AccountName, BalanceKind } from './block/account.ts'
export type { BillBlock, BillsTotalBlock } from './block/bill.ts'
export type { CardBlock, DeclineBlock, DeclineReason } from './block/card.ts'
export type { DetailBlock, DetailKind, RewardUnit } from './block/detail.ts'
export type { NoteBlock, NoteWord } from './block/note.ts'
export type { PlaceUse, PlacesBlock } from './block/places.ts'
export type { ReckoningBlock } from './block/reckoning.ts'
export type { Row, RowList, RowsBlock } from './block/rows.ts'
export type { Rhythm, SeriesBlock } from './block/series.ts'
export type { SpendingBlock, SpendingShare } from './block/spending.ts'
