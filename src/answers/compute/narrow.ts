import type { Money } from '../../kernel/index.ts'
import type { Asked } from '../asked.ts'
import type { AccountName } from '../block.ts'
import { chooseAccounts, namesAnAccount } from '../choose-accounts.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { matchNames } from './match-names.ts'
import type { Movement } from './movements.ts'
import { nameAccounts } from './name-accounts.ts'

/** Movements of what was named: all together, and each account's own where several fit. */
export type OfNamed = {
  readonly movements: readonly Movement[]
  readonly each: readonly { readonly account: AccountName; readonly movements: readonly Movement[] }[]
}

/** The movements of the accounts or cards that were named; undefined when no shared one fits. */
export function ofNamedAccount(
  movements: readonly Movement[],
  asked: Asked,
  facts: BankFacts,
  { matchAccounts }: Reckoned,
): OfNamed | undefined {
  if (!namesAnAccount(asked)) return { movements, each: [] }
  const nameOf = nameAccounts(facts)
  const digits = asked.lastDigits?.reveal()
  const byCard = movements.filter(({ transaction }) => transaction.cardLastDigits?.reveal() === digits)
  if (digits !== undefined && digits !== '' && byCard.length > 0) {
    const name = (id: string): AccountName => ({ ...nameOf(id, 'card'), lastDigits: digits })
    return apart(
      byCard,
      [...new Set(byCard.map(accountOf))].map((id) => ({ id, name: name(id) })),
    )
  }
  const ids = [...new Set([...(facts.accounts ?? facts.details ?? []).map(idOf), ...movements.map(accountOf)])]
  const known = ids.map((id) => ({ id, name: nameOf(id) }))
  const meant = chooseAccounts(known, ({ name }): AccountName => name, asked, matchAccounts)
  return meant.length === 0 ? undefined : apart(movements, meant)
}

function apart(
  movements: readonly Movement[],
  meant: readonly { readonly id: string; readonly name: AccountName }[],
): OfNamed {
  const of = (id: string): readonly Movement[] => movements.filter((movement) => accountOf(movement) === id)
  const ids = new Set(meant.map(({ id }) => id))
  return {
    movements: movements.filter((movement) => ids.has(accountOf(movement))),
    each: meant.map(({ id, name }) => ({ account: name, movements: of(id) })),
  }
}

/** The merchants that were meant, by key, with the name each is shown by; undefined when none was named. */
export function merchantsMeant(
  movements: readonly Movement[],
  asked: Asked,
  reckoned: Reckoned,
): ReadonlyMap<string, string> | undefined {
  const words = asked.merchant?.reveal()
  if (words === undefined || words.trim() === '') return undefined
  const names = new Map<string, string>()
  for (const { key, text } of movements) if (!names.has(key)) names.set(key, text)
  const fitting = new Set((reckoned.matchMerchant ?? matchNames)(words, [...names.values()]))
  return new Map([...names].filter(([, text]) => fitting.has(text)))
}

/** Whether two amounts are what a person would call the same: equal, or equal in whole units. */
export function isAboutAmount(amount: Money, asked: Money): boolean {
  if (amount.currency !== asked.currency) return false
  const difference = amount.minor > asked.minor ? amount.minor - asked.minor : asked.minor - amount.minor
  // "That 40 euro payment" was 39.90: two per cent, and half a unit at least.
  return difference * 50n <= asked.minor || difference <= 50n
}

function idOf(account: { readonly id: string } | { readonly accountId: string }): string {
  return 'id' in account ? account.id : account.accountId
}

function accountOf({ transaction }: Movement): string {
  return transaction.accountId
}
