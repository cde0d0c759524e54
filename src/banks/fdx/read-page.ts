import { refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import { ExactNumber } from '../exact-json.ts'
import type { ExactJson } from '../exact-json.ts'
import { findAccount } from './read-account.ts'
import type { RawAccount, Unreadable } from './read-account.ts'

/** One page of accounts, and the query that brings the next one. */
export type AccountPage = {
  readonly accounts: readonly RawAccount[]
  readonly next: { readonly pageKey: string } | { readonly offset: string } | undefined
}

/** Longest page key that goes back into a query. */
const pageKeyLengthMax = 1_024

/** Reads a page of `GET /accounts`. Keys are the bank's own and opaque; its `links` are never followed. */
export function readPage(body: ExactJson): Outcome<AccountPage, Unreadable> {
  if (!(body instanceof Map)) return refusal('banks/unreadable')
  const items = body.get('accounts')
  if (!Array.isArray(items)) return refusal('banks/unreadable')
  const accounts: RawAccount[] = []
  for (const item of items) {
    const account = findAccount(item)
    if (!account.ok) return account
    accounts.push(account.value)
  }
  const next = readNext(body.get('page'))
  return next === 'unreadable' ? refusal('banks/unreadable') : success({ accounts, next })
}

function readNext(page: ExactJson | undefined): AccountPage['next'] | 'unreadable' {
  if (page === undefined || page === null) return undefined
  if (!(page instanceof Map)) return 'unreadable'
  const pageKey = keyOf(page.get('nextPageKey'))
  if (pageKey === 'unreadable') return pageKey
  if (pageKey !== undefined) return { pageKey }
  // Deprecated, and still what published examples show.
  const offset = keyOf(page.get('nextOffset'))
  return offset === undefined || offset === 'unreadable' ? offset : { offset }
}

function keyOf(value: ExactJson | undefined): string | undefined | 'unreadable' {
  if (value === undefined || value === null || value === '') return undefined
  const text = value instanceof ExactNumber ? value.text : value
  return typeof text === 'string' && text.length <= pageKeyLengthMax ? text : 'unreadable'
}
