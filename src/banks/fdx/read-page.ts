import { refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import { ExactNumber, isExactList, isExactObject } from '../exact-json.ts'
import type { ExactJson } from '../exact-json.ts'
import { findAccount } from './read-account.ts'
import type { RawAccount } from './read-account.ts'
import type { Unreadable } from './read-field.ts'

/** The query that brings the next page; undefined on the last one. */
export type NextPage = { readonly pageKey: string } | { readonly offset: string } | undefined

/** One page of accounts, and the query that brings the next one. */
export type AccountPage = { readonly accounts: readonly RawAccount[]; readonly next: NextPage }

/** Longest page key that goes back into a query. */
const pageKeyLengthMax = 1_024

/** Reads a page of `GET /accounts`. Keys are the bank's own and opaque; its `links` are never followed. */
export function readPage(body: ExactJson): Outcome<AccountPage, Unreadable> {
  if (!isExactObject(body)) return refusal('banks/unreadable')
  const items = body.get('accounts')
  if (!isExactList(items)) return refusal('banks/unreadable')
  const accounts: RawAccount[] = []
  for (const item of items) {
    const account = findAccount(item)
    if (!account.ok) return account
    accounts.push(account.value)
  }
  const next = readNext(body.get('page'))
  return next === 'unreadable' ? refusal('banks/unreadable') : success({ accounts, next })
}

/** Reads the `page` of an answer. */
export function readNext(page: ExactJson | undefined): NextPage | 'unreadable' {
  if (page === undefined || page === null) return undefined
  if (!isExactObject(page)) return 'unreadable'
  const pageKey = keyOf(page.get('nextPageKey'))
  if (!pageKey.ok) return 'unreadable'
  if (pageKey.value !== undefined) return { pageKey: pageKey.value }
  // Deprecated, and still what published examples show.
  const offset = keyOf(page.get('nextOffset'))
  if (!offset.ok) return 'unreadable'
  return offset.value === undefined ? undefined : { offset: offset.value }
}

function keyOf(value: ExactJson | undefined): Outcome<string | undefined, Unreadable> {
  if (value === undefined || value === null || value === '') return success(undefined)
  const text = value instanceof ExactNumber ? value.text : value
  return typeof text === 'string' && text.length <= pageKeyLengthMax ? success(text) : refusal('banks/unreadable')
}
