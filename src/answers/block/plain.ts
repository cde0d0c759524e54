import { z } from 'zod'
import { accountShape } from './account.ts'
import type { AccountBlock } from './account.ts'
import { billShape, billsTotalShape } from './bill.ts'
import type { BillBlock, BillsTotalBlock } from './bill.ts'
import { cardShape, declineShape } from './card.ts'
import type { CardBlock, DeclineBlock } from './card.ts'
import { detailShape } from './detail.ts'
import type { DetailBlock } from './detail.ts'
import { noteShape } from './note.ts'
import type { NoteBlock } from './note.ts'
import { placesShape } from './places.ts'
import type { PlacesBlock } from './places.ts'
import { reckoningShape } from './reckoning.ts'
import type { ReckoningBlock } from './reckoning.ts'
import { rowsShape } from './rows.ts'
import type { RowsBlock } from './rows.ts'
import { seriesShape } from './series.ts'
import type { SeriesBlock } from './series.ts'
import { spendingShape } from './spending.ts'
import type { SpendingBlock } from './spending.ts'

/** A block that holds no others. */
export type PlainBlock =
  | AccountBlock
  | RowsBlock
  | SpendingBlock
  | PlacesBlock
  | BillBlock
  | BillsTotalBlock
  | SeriesBlock
  | DeclineBlock
  | CardBlock
  | DetailBlock
  | ReckoningBlock
  | NoteBlock

/** A block of a sealed answer, strictly: a key that is not known is a document that is not ours. */
export const plainShape: z.ZodType<PlainBlock> = z.discriminatedUnion('kind', [
  accountShape,
  rowsShape,
  spendingShape,
  placesShape,
  billShape,
  billsTotalShape,
  seriesShape,
  declineShape,
  cardShape,
  detailShape,
  reckoningShape,
  noteShape,
])
