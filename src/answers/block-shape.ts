import { z } from 'zod'
import { toInstant } from '../kernel/index.ts'
import type { Money } from '../kernel/index.ts'
import {
  accountCategories,
  balanceKinds,
  declineReasons,
  detailKinds,
  noteWords,
  reckoningSteps,
  rhythms,
  rowLists,
} from './block.ts'
import type { Block, PlainBlock } from './block.ts'
import { spendCategories } from './spend-categories.ts'

/** An amount as it is sealed: minor units as a decimal text, so that no reader rounds it. */
export const moneyShape = z
  .strictObject({ minor: z.string().regex(/^-?\d{1,30}$/), currency: z.string().regex(/^[A-Z]{3}$/) })
  .transform(({ minor, currency }): Money => ({ minor: BigInt(minor), currency }))

/** `YYYY-MM-DD`. */
export const dayShape = z.iso.date()

const instantShape = z.number().int().transform(toInstant)
const count = z.number().int().min(0)

/** A key whose value may be missing: JSON leaves undefined out, and a block says it. */
function maybe<Shape extends z.ZodType>(shape: Shape) {
  return shape.optional().transform((value): z.output<Shape> | undefined => value)
}

const accountName = z.strictObject({
  name: z.string(),
  lastDigits: maybe(z.string()),
  category: z.enum(accountCategories),
})

const accountBlock = z.strictObject({
  kind: z.literal('account'),
  account: accountName,
  figures: z.array(
    z.strictObject({
      kind: z.enum(balanceKinds),
      amount: moneyShape,
      asOf: maybe(instantShape),
      main: z.boolean(),
    }),
  ),
  meant: z.boolean(),
})

const rowsBlock = z.strictObject({
  kind: z.literal('rows'),
  of: z.enum(rowLists),
  from: dayShape,
  to: dayShape,
  rows: z.array(
    z.strictObject({
      day: dayShape,
      text: z.string(),
      amount: moneyShape,
      direction: z.enum(['debit', 'credit']),
      pending: z.boolean(),
      account: maybe(z.string()),
      foreign: maybe(z.strictObject({ amount: moneyShape, rate: maybe(z.string()) })),
      gaveBack: maybe(dayShape),
    }),
  ),
  totals: z.array(moneyShape),
  count,
})

const spendingBlock = z.strictObject({
  kind: z.literal('spending'),
  from: dayShape,
  to: dayShape,
  total: moneyShape,
  count,
  category: maybe(z.enum(spendCategories)),
  merchant: maybe(z.string()),
  before: maybe(z.strictObject({ from: dayShape, to: dayShape, total: moneyShape })),
  shares: z.array(
    z.strictObject({
      category: maybe(z.enum(spendCategories)),
      merchant: maybe(z.string()),
      amount: moneyShape,
      count,
    }),
  ),
})

const placesBlock = z.strictObject({
  kind: z.literal('places'),
  from: dayShape,
  to: dayShape,
  cardLastDigits: maybe(z.string()),
  places: z.array(
    z.strictObject({
      city: z.string(),
      region: maybe(z.string()),
      country: maybe(z.string()),
      point: maybe(z.strictObject({ latitude: z.number(), longitude: z.number() })),
      count,
      lastDay: dayShape,
      totals: z.array(moneyShape),
    }),
  ),
  online: count,
  unknown: count,
})

const billBlock = z.strictObject({
  kind: z.literal('bill'),
  account: accountName,
  totalDue: moneyShape,
  minimumDue: maybe(moneyShape),
  dueDate: maybe(dayShape),
  pastDue: maybe(moneyShape),
  statementBalance: maybe(moneyShape),
  statementDate: maybe(dayShape),
  autoPay: maybe(z.strictObject({ amount: maybe(moneyShape), date: maybe(dayShape) })),
  lastPayment: maybe(z.strictObject({ amount: moneyShape, date: maybe(dayShape) })),
})

const billsTotalBlock = z.strictObject({
  kind: z.literal('bills-total'),
  totalDue: moneyShape,
  minimumDue: maybe(moneyShape),
  count,
})

const seriesBlock = z.strictObject({
  kind: z.literal('series'),
  merchant: z.string(),
  every: z.enum(rhythms),
  amount: moneyShape,
  before: maybe(moneyShape),
  changedOn: maybe(dayShape),
  lastDay: dayShape,
  nextDay: dayShape,
  count,
  account: maybe(z.string()),
})

const declineBlock = z.strictObject({
  kind: z.literal('decline'),
  day: dayShape,
  at: instantShape,
  amount: moneyShape,
  merchant: maybe(z.string()),
  account: maybe(accountName),
  reason: z.enum(declineReasons),
  code: z.string(),
})

const cardBlock = z.strictObject({
  kind: z.literal('card'),
  account: accountName,
  status: z.enum(['active', 'frozen', 'lost']),
  since: maybe(dayShape),
  expires: maybe(z.string()),
})

const detailBlock = z.strictObject({
  kind: z.literal('detail'),
  detail: z.enum(detailKinds),
  account: accountName,
  text: z.string(),
  program: maybe(z.string()),
  pageOnly: z.boolean(),
})

const reckoningBlock = z.strictObject({
  kind: z.literal('reckoning'),
  until: dayShape,
  untilIncome: z.boolean(),
  steps: z.array(z.strictObject({ step: z.enum(reckoningSteps), amount: moneyShape, count })),
  verdict: z.enum(['fits', 'short', 'unasked']),
})

const noteBlock = z.strictObject({
  kind: z.literal('note'),
  word: z.enum(noteWords),
  from: maybe(dayShape),
  to: maybe(dayShape),
  count: maybe(count),
})

const plain = [
  accountBlock,
  rowsBlock,
  spendingBlock,
  placesBlock,
  billBlock,
  billsTotalBlock,
  seriesBlock,
  declineBlock,
  cardBlock,
  detailBlock,
  reckoningBlock,
  noteBlock,
] as const

const plainBlock: z.ZodType<PlainBlock> = z.discriminatedUnion('kind', plain)

const choiceBlock = z.strictObject({
  kind: z.literal('choice'),
  of: z.enum(['accounts', 'merchants', 'cards']),
  options: z.array(z.strictObject({ label: z.string(), blocks: z.array(plainBlock) })),
})

/** A block of a sealed answer, strictly: a key that is not known is a document that is not ours. */
export const blockShape: z.ZodType<Block> = z.discriminatedUnion('kind', [...plain, choiceBlock])
