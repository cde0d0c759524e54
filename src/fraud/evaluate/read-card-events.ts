import { z } from 'zod'
import { parseMoney } from '../../kernel/index.ts'
import type { CardUse } from '../card-use.ts'
import { cardUseOf } from '../card-use-of.ts'
import type { HistoryBuilder } from './card-history.ts'
import { readLines } from './read-lines.ts'
import { UnreadableFile } from './unreadable-file.ts'

const name = z.string().min(1).max(128)

/** What is read of a card event in our schema, version 1 (docs/card-events.md says all of it). */
const eventShape = z.object({
  v: z.literal(1),
  reference: name,
  kind: z.enum(['authorization', 'completion', 'advice', 'reversal', 'refund']),
  of: name.exactOptional(),
  account: name.exactOptional(),
  /** In a history only, never over the wire: which card it was, where the export has no account. */
  cardNumber: z
    .string()
    .regex(/^\d{12,19}$/)
    .exactOptional(),
  cardLast4: z.string().exactOptional(),
  at: z.iso.datetime({ offset: true }),
  amount: z.string().max(32),
  currency: z.string(),
  merchant: z.object({
    id: name,
    category: z.string().max(4).default(''),
    terminal: name.exactOptional(),
    country: z.string().max(2).exactOptional(),
    latitude: z.number().min(-90).max(90).exactOptional(),
    longitude: z.number().min(-180).max(180).exactOptional(),
  }),
  presence: z.enum(['in-person', 'online', 'recurring', 'unknown']),
  device: name.exactOptional(),
})

/**
 * Adds a file of card events (NDJSON, the schema that a bank sends to /banks/{institution}/card-authorizations) to a history; what became of
 * them is in other files. Throws {@link UnreadableFile}.
 */
export async function readCardEvents(
  history: HistoryBuilder,
  file: string,
  onRow: (rows: number) => void = () => undefined,
): Promise<void> {
  for await (const { text, number } of readLines(file)) {
    if (text.trim() === '') continue
    const where = { file, line: number }
    const use = useOf(text)
    if (typeof use === 'string') throw new UnreadableFile('fraud/value-wrong', where, use)
    if (history.has(use.id)) throw new UnreadableFile('fraud/payment-twice', where, 'this reference was read before')
    history.add(use, 'unknown')
    onRow(history.length)
  }
}

/** The use, or what is wrong with the line. */
function useOf(text: string): CardUse | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'not JSON: each line is one card event'
  }
  const read = eventShape.safeParse(json)
  if (!read.success)
    return `not a card event of version 1: look at ${read.error.issues[0]?.path.join('.') || 'the line'}`
  const {
    reference: id,
    kind,
    of,
    account,
    cardNumber,
    cardLast4,
    at,
    amount,
    currency,
    merchant,
    presence,
    device,
  } = read.data
  if (account === undefined && cardNumber === undefined) return 'not a card event of version 1: look at account'
  const money = parseMoney(amount, currency)
  const amountMinor = money.ok ? Number(money.value.minor) : Number.NaN
  if (!(amountMinor >= 0 && Number.isSafeInteger(amountMinor))) return 'not a card event of version 1: look at amount'
  return cardUseOf({
    id,
    kind,
    account: cardNumber === undefined ? (account ?? '') : `number ${cardNumber}`,
    atMs: Date.parse(at),
    amountMinor,
    merchant,
    presence,
    ...(of === undefined ? {} : { of }),
    ...(cardLast4 === undefined || cardNumber !== undefined ? {} : { cardLastDigits: cardLast4 }),
    ...(device === undefined ? {} : { device }),
  })
}
