import { refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { BankRefusal } from '../bank.ts'
import type { Get } from './bank-api.ts'
import { findAccount, lacksBalances } from './read-account.ts'
import type { RawAccount } from './read-account.ts'
import { readPage } from './read-page.ts'
import type { NextPage } from './read-page.ts'

/** Pages of accounts read for one look. */
const pagesMax = 10
/** Accounts read one by one, where a bank's list leaves the balances out. */
const singleAccountsMax = 20

/** All pages of `GET /accounts`. `partial`: the bank said that something is missing (206). */
export async function listAccounts(
  get: Get,
  resultType: 'lightweight' | 'details',
): Promise<Outcome<{ accounts: readonly RawAccount[]; partial: boolean }, BankRefusal>> {
  const accounts: RawAccount[] = []
  let next: NextPage = undefined
  let partial = false
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const query = new URLSearchParams({ resultType, ...next })
    const answer = await get(`/accounts?${query.toString()}`)
    if (!answer.ok) return answer
    const page = readPage(answer.value.body)
    if (!page.ok) return page
    accounts.push(...page.value.accounts)
    partial ||= answer.value.partial
    if (page.value.next === undefined) {
      // The same account twice means that pages overlap or repeat: then no total can be trusted.
      const distinct = new Set(accounts.map(({ id }) => id)).size === accounts.length
      return distinct ? success({ accounts, partial }) : refusal('banks/unreadable')
    }
    next = page.value.next
  }
  return refusal('banks/unreadable') // more pages than any person has accounts
}

/** Some banks give a short list whatever it is asked for; then each account that lacks what is wanted is asked for by itself. */
export async function withDetails(
  get: Get,
  accounts: readonly RawAccount[],
  lacks: (account: RawAccount) => boolean = lacksBalances,
): Promise<Outcome<readonly RawAccount[], BankRefusal>> {
  const detailed: RawAccount[] = []
  let asked = 0
  for (const account of accounts) {
    if (!lacks(account) || asked >= singleAccountsMax) {
      detailed.push(account)
      continue
    }
    asked += 1
    const answer = await get(`/accounts/${encodeURIComponent(account.id)}`)
    if (!answer.ok) return answer
    const single = findAccount(answer.value.body)
    if (!single.ok || single.value.id !== account.id) return refusal('banks/unreadable')
    detailed.push(single.value)
  }
  return success(detailed)
}
