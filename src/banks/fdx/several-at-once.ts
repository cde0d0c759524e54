import type { Outcome } from '../../kernel/index.ts'
import { success } from '../../kernel/index.ts'
import type { BankRefusal } from '../bank.ts'

/** Accounts that are asked about at the same time: a person has three or four, and a bank is not to be stormed. */
const atOnceMax = 4

/** Asks about each item, a few at the same time; the first refusal ends it. Answers stand in the items' order. */
export async function forEachOf<Item, Value>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Outcome<Value, BankRefusal>>,
): Promise<Outcome<readonly Value[], BankRefusal>> {
  const found: Value[] = []
  for (let at = 0; at < items.length; at += atOnceMax) {
    const answers = await Promise.all(items.slice(at, at + atOnceMax).map(ask))
    for (const answer of answers) {
      if (!answer.ok) return answer
      found.push(answer.value)
    }
  }
  return success(found)
}
