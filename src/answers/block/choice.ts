import { z } from 'zod'
import { accountNameShape } from './account.ts'
import type { AccountName } from './account.ts'
import type { PlainBlock } from './plain.ts'
import { plainShape } from './plain.ts'

/** One of several accounts or cards that fit, with its own answer. */
export type AccountOption = { readonly account: AccountName; readonly blocks: readonly PlainBlock[] }

/** One of several shops that fit, with its own answer. */
export type MerchantOption = { readonly label: string; readonly blocks: readonly PlainBlock[] }

/** Several accounts, cards or merchants fit what was asked: which one is meant is chosen on the page, where each has its own answer. */
export type ChoiceBlock =
  | { readonly kind: 'choice'; readonly of: 'accounts' | 'cards'; readonly options: readonly AccountOption[] }
  | { readonly kind: 'choice'; readonly of: 'merchants'; readonly options: readonly MerchantOption[] }

const kind = z.literal('choice')
const blocks = z.array(plainShape)

/** How it is read back. */
export const choiceShape = z.discriminatedUnion('of', [
  z.strictObject({
    kind,
    of: z.enum(['accounts', 'cards']),
    options: z.array(z.strictObject({ account: accountNameShape, blocks })),
  }),
  z.strictObject({
    kind,
    of: z.literal('merchants'),
    options: z.array(z.strictObject({ label: z.string(), blocks })),
  }),
])
