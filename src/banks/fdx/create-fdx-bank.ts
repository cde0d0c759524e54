import type { Permit } from '../../consent/index.ts'
import { success } from '../../kernel/index.ts'
import type { DataClass, Outcome } from '../../kernel/index.ts'
import type { Account, Bank, BankRefusal } from '../bank.ts'
import { listAccounts, withDetails } from './list-accounts.ts'
import { createLooks } from './open-look.ts'
import type { LookDeps } from './open-look.ts'
import { isClosed, lacksBalances, readAccount, readBalances } from './read-account.ts'
import type { RawAccount } from './read-account.ts'

/** Banks that speak FDX 6 (and older fields where they still do), for all institutions. */
export function createFdxBank(deps: LookDeps): Bank {
  const openLook = createLooks(deps)
  return {
    fetchAccounts: (permit) =>
      openLook(permit, async (get) => {
        const listed = await listAccounts(get, 'lightweight')
        return listed.ok ? readAll(shared(permit, listed.value.accounts), readAccount) : listed
      }),
    fetchBalances: (permit) =>
      openLook(permit, async (get) => {
        const listed = await listAccounts(get, 'details')
        if (!listed.ok) return listed
        const detailed = await withDetails(get, shared(permit, listed.value.accounts))
        if (!detailed.ok) return detailed
        const accounts = readAll(detailed.value, readBalances)
        if (!accounts.ok) return accounts
        const found = new Set(accounts.value.map(({ id }) => id))
        const lacking = listed.value.partial || detailed.value.some(lacksBalances)
        return success({ accounts: accounts.value, complete: !lacking && permit.accounts.every((id) => found.has(id)) })
      }),
  }
}

// What the customer did not choose to share is dropped before it is read.
function shared(permit: Permit<DataClass>, accounts: readonly RawAccount[]): readonly RawAccount[] {
  const chosen = permit.accounts.length === 0 ? accounts : accounts.filter(({ id }) => permit.accounts.includes(id))
  return chosen.filter((account) => !isClosed(account))
}

function readAll(
  accounts: readonly RawAccount[],
  read: (account: RawAccount) => Outcome<Account, 'banks/unreadable'>,
): Outcome<readonly Account[], BankRefusal> {
  const all: Account[] = []
  for (const raw of accounts) {
    const account = read(raw)
    if (!account.ok) return account
    all.push(account.value)
  }
  return success(all)
}
