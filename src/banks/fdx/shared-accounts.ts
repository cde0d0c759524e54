import type { Permit } from '../../consent/index.ts'
import { success } from '../../kernel/index.ts'
import type { DataClass, Outcome } from '../../kernel/index.ts'
import type { BankRefusal } from '../bank.ts'
import type { BankApi } from './bank-api.ts'
import { listAccounts } from './list-accounts.ts'
import { isClosed } from './read-account.ts'
import type { RawAccount } from './read-account.ts'

/** What a look may be about. `complete`: every account that the permit names is there, and the bank left nothing out. */
export type SharedAccounts = { readonly accounts: readonly RawAccount[]; readonly complete: boolean }

/** The open accounts that the permit names, or all behind the link if it names none. What was not chosen is dropped unread. */
export async function listShared(
  permit: Permit<DataClass>,
  api: Pick<BankApi, 'get'>,
  resultType: 'lightweight' | 'details',
): Promise<Outcome<SharedAccounts, BankRefusal>> {
  const listed = await listAccounts(api.get, resultType)
  if (!listed.ok) return listed
  const accounts = listed.value.accounts.filter((account) => isShared(permit, account.id) && !isClosed(account))
  const found = new Set(accounts.map(({ id }) => id))
  return success({ accounts, complete: !listed.value.partial && permit.accounts.every((id) => found.has(id)) })
}

/** Whether the permit covers this account. */
export function isShared(permit: Permit<DataClass>, accountId: string): boolean {
  return permit.accounts.length === 0 || permit.accounts.includes(accountId)
}
