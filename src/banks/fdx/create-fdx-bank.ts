import { refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { Bank, BankRefusal } from '../bank.ts'
import type { CardBill } from '../facts.ts'
import { changeCard, checkCardAct, fetchCards } from './fetch-cards.ts'
import { fetchAccountDetails } from './fetch-details.ts'
import { fetchTransactions } from './fetch-transactions.ts'
import { withDetails } from './list-accounts.ts'
import { createLooks } from './open-look.ts'
import type { LookDeps } from './open-look.ts'
import { categoryOf, lacksBalances, readAccount, readBalances } from './read-account.ts'
import type { RawAccount } from './read-account.ts'
import { lacksBill, readCardBill } from './read-bill.ts'
import type { Unreadable } from './read-field.ts'
import { listShared } from './shared-accounts.ts'

/** Banks that speak FDX 6 (and older fields where they still do), for all institutions. */
export function createFdxBank(deps: LookDeps): Bank {
  const openLook = createLooks(deps)
  return {
    fetchAccounts: (permit) =>
      openLook(permit, async (api) => {
        const shared = await listShared(permit, api, 'lightweight')
        return shared.ok ? readAll(shared.value.accounts, readAccount) : shared
      }),
    fetchBalances: (permit) =>
      openLook(permit, async (api) => {
        const shared = await listShared(permit, api, 'details')
        if (!shared.ok) return shared
        const detailed = await withDetails(api.get, shared.value.accounts)
        if (!detailed.ok) return detailed
        const accounts = readAll(detailed.value, readBalances)
        if (!accounts.ok) return accounts
        const complete = shared.value.complete && !detailed.value.some(lacksBalances)
        return success({ accounts: accounts.value, complete })
      }),
    fetchTransactions: (permit, days) =>
      openLook(permit, (api) => fetchTransactions(permit, api, days, deps.clock.now())),
    fetchCardBills: (permit) =>
      openLook(permit, async (api) => {
        const shared = await listShared(permit, api, 'details')
        if (!shared.ok) return shared
        const cards = shared.value.accounts.filter((account) => categoryOf(account) === 'card')
        const detailed = await withDetails(api.get, cards, lacksBill)
        if (!detailed.ok) return detailed
        const bills = readAll(detailed.value, readCardBill)
        return bills.ok ? success(bills.value.filter((bill): bill is CardBill => bill !== undefined)) : bills
      }),
    fetchCards: (permit) => openLook(permit, (api) => fetchCards(permit, api)),
    async changeCard(permit, act) {
      const may = checkCardAct(permit, act)
      if (!may.ok) return may
      const urgent = act.to !== 'active'
      const changed = await openLook(permit, (api) => changeCard(api, act), { urgent })
      if (!changed.ok) return changed
      return changed.value === 'conflict' ? refusal('banks/conflict') : success(changed.value)
    },
    fetchAccountDetails: (permit, asked = ['numbers', 'rewards']) =>
      openLook(permit, (api) => fetchAccountDetails(permit, api, asked)),
  }
}

function readAll<Value>(
  accounts: readonly RawAccount[],
  read: (account: RawAccount) => Outcome<Value, Unreadable>,
): Outcome<readonly Value[], BankRefusal> {
  const all: Value[] = []
  for (const raw of accounts) {
    const value = read(raw)
    if (!value.ok) return value
    all.push(value.value)
  }
  return success(all)
}
