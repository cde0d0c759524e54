import { z } from 'zod'
import { type Intent, type Slots, intents } from './understand/understood.ts'

/** A question as it was understood, so that it means the same when it is asked again. */
export type AskedQuestion = { readonly intent: Intent; readonly slots: Slots }

const prefix = 'ask:'
/** Longer words than anybody names a shop or an account by. */
const wordsMax = 200

const words = z.string().max(wordsMax)
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)
const money = z
  .object({ minor: z.string().regex(/^-?\d{1,18}$/), currency: z.string().regex(/^[A-Z]{3}$/) })
  .transform(({ minor, currency }) => ({ minor: BigInt(minor), currency }))
const shape = z.object({
  intent: z.enum(intents),
  slots: z.strictObject({
    account: words.optional(),
    card_last4: z
      .string()
      .regex(/^\d{2,4}$/)
      .optional(),
    merchant: words.optional(),
    category: words.optional(),
    amount: money.optional(),
    amountLeast: money.optional(),
    amountMost: money.optional(),
    from: day.optional(),
    to: day.optional(),
    periodWords: words.optional(),
  }),
})

/** A question in a form that says the same later, whatever was said in between. Grants nothing: whoever sends it only asks. */
export function askPayload({ intent, slots }: AskedQuestion): string {
  const cut = Object.fromEntries(
    Object.entries(slots).map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, wordsMax) : value]),
  )
  return prefix + JSON.stringify({ intent, slots: cut }, minorAsText)
}

function minorAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** Whether a kept text is such a question rather than words. */
export function isAskPayload(text: string): boolean {
  return text.startsWith(`${prefix}{`)
}

/** Reads what {@link askPayload} wrote; undefined for anything else. */
export function readAskPayload(text: string): AskedQuestion | undefined {
  if (!isAskPayload(text)) return undefined
  const read = shape.safeParse(parse(text.slice(prefix.length)))
  if (!read.success) return undefined
  const slots = Object.fromEntries(Object.entries(read.data.slots).filter(([, value]) => value !== undefined))
  return { intent: read.data.intent, slots }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no question then
  }
}
