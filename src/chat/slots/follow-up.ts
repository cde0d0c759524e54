import type { Intent, Slots } from '../understand/understood.ts'
import { type FoundSlots, type SlotContext, findSlotsIn } from './find-slots.ts'
import { isFollowUpFiller, opensFollowUp } from './follow-up-words.ts'
import { stops } from './merchant-words.ts'
import { typedWords, wordAt } from './tokens.ts'

/** A question that was answered, or the one that a follow-up makes of it. */
export type AskedBefore = { readonly intent: Intent; readonly slots: Slots }

/** "And …" is short. */
const wordsMax = 12

/**
 * What "and last month?", "only groceries", "what about my visa" asks for after an earlier question: that question with one
 * thing changed. Undefined when the message is a question of its own, or names nothing that the earlier question could use.
 */
export function followUp(text: string, previous: AskedBefore, context: SlotContext): AskedBefore | undefined {
  const found = findSlotsIn(text, context)
  const { tokens } = found.reading
  if (tokens.length === 0 || tokens.length > wordsMax) return undefined
  const opening = opensFollowUp(tokens)
  const named = withBareShop(found, opening, previous.intent)
  if (named === undefined) return undefined
  const usable = usableBy[previous.intent] ?? []
  const changed = groups.filter((group) => group.some((name) => named[name] !== undefined))
  if (changed.length === 0 || !changed.every((group) => usable.includes(group))) return undefined
  return { intent: previous.intent, slots: replaceIn(previous.slots, named, changed) }
}

// What is left beside slots and small words must be nothing, or after "and" the name of a shop that nobody knows.
function withBareShop(found: FoundSlots, opening: number, intent: Intent): Slots | undefined {
  const { tokens } = found.reading
  const left = tokens.flatMap((token, at) =>
    at < opening || found.isTaken(at) || token.kind === 'mark' || isFollowUpFiller(token.word) ? [] : [at],
  )
  if (left.length === 0) return found.slots
  const [first = 0] = left
  const last = left.at(-1) ?? first
  const isOneName =
    last - first === left.length - 1 && left.length <= 3 && left.every((at) => !stops.has(wordAt(tokens, at)))
  const mayBeShop = usableBy[intent]?.includes(shop) === true && found.slots.merchant === undefined
  if (opening === 0 || !isOneName || !mayBeShop) return undefined
  return { ...found.slots, merchant: typedWords(found.reading, first, last + 1).toLowerCase() }
}

function replaceIn(before: Slots, named: Slots, changed: readonly Group[]): Slots {
  const gone = new Set<string>(changed.flat())
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !gone.has(name)))
  return { ...kept, ...named }
}

type Group = readonly (keyof Slots)[]
const period: Group = ['from', 'to', 'periodWords']
// A shop instead of a category and the other way round.
const shop: Group = ['merchant', 'category']
const account: Group = ['account', 'card_last4']
const amount: Group = ['amount', 'amountLeast', 'amountMost']
const groups: readonly Group[] = [period, shop, account, amount]

const everything: readonly Group[] = groups
const ofAccount: readonly Group[] = [account]

/** What each question can be narrowed by; others have no follow-ups. */
const usableBy: { readonly [Name in Intent]?: readonly Group[] } = {
  balance: ofAccount,
  recent_transactions: everything,
  find_transactions: everything,
  spending: everything,
  card_use_places: everything,
  income: [period, account, amount],
  pending_payments: everything,
  recurring_payments: [shop, account, period, amount],
  refund_status: everything,
  fee_explained: [period, account, amount],
  exchange_rate: [period, account, shop, amount],
  decline_reason: [period, account, shop, amount],
  bill_amount: ofAccount,
  bill_due_date: ofAccount,
  bill_minimum: ofAccount,
  can_afford: [amount, account, period],
  card_status: ofAccount,
  credit_limit: ofAccount,
  interest_rate: ofAccount,
  rewards_balance: ofAccount,
  account_numbers: ofAccount,
}
