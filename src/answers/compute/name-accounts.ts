import { cleanText } from '../clean-text.ts'
import type { AccountName } from '../block.ts'
import type { BankFacts } from './bank-facts.ts'

/** Names accounts by the bank's ids, from whatever the bank said of them; a nameless one has an empty name. */
export function nameAccounts({
  accounts,
  details,
  cards,
}: BankFacts): (accountId: string, category?: AccountName['category']) => AccountName {
  const names = new Map<string, AccountName>()
  for (const { accountId, lastDigits } of cards?.cards ?? [])
    names.set(accountId, { name: '', lastDigits: lastDigits?.reveal(), category: 'card' })
  for (const { accountId: id, name, lastDigits, category } of details ?? [])
    names.set(id, { name: cleanText(name.reveal()), lastDigits: lastDigits?.reveal(), category })
  for (const { id, name, lastDigits, category } of accounts ?? [])
    names.set(id, { name: cleanText(name.reveal()), lastDigits: lastDigits?.reveal(), category })
  return (accountId, category = 'other') => names.get(accountId) ?? { name: '', lastDigits: undefined, category }
}
