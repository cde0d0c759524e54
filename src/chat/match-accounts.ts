import type { Reckoned } from '../answers/index.ts'
import { Secret } from '../kernel/index.ts'
import { matchAccount } from './slots/match-account.ts'

/** Which of the customer's own accounts typed words mean, by their place in the list: the one that fits, or all that fit as well. */
export const matchAccounts: NonNullable<Reckoned['matchAccounts']> = ({ words, lastDigits }, accounts) => {
  const items = accounts.map(({ name, lastDigits: digits, category }, index) => ({
    index,
    name: new Secret(name),
    lastDigits: digits === undefined ? undefined : new Secret(digits),
    category,
    // An answer names accounts as their owner knows them; of a card it is known besides that it is one of credit (FDX: a line of credit).
    kind: category === 'card' ? 'CREDITCARD' : '',
  }))
  const typed = words?.reveal()
  const last4 = lastDigits?.reveal()
  const matched = matchAccount(
    { ...(typed === undefined ? {} : { account: typed }), ...(last4 === undefined ? {} : { card_last4: last4 }) },
    items,
  )
  const found = matched.found === 'one' ? [matched.account] : matched.found === 'several' ? matched.accounts : []
  return found.map(({ index }) => index)
}
