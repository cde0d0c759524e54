import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import { accountDescriptor, accountDetails } from './account-body.ts'
import { readDateRange } from './date-range.ts'
import { exactNumber } from './exact-number.ts'
import { bookOf, requireCluster } from './fdx-call.ts'
import type { FdxCall } from './fdx-call.ts'
import { FdxRefusal } from './fdx-error.ts'
import { cutPage } from './paging.ts'
import { transactionBody } from './transaction-body.ts'

/** `GET /accounts`: the shared accounts, short (default) or with details. */
export function listAccounts(call: FdxCall): Answer {
  const resultType = call.query.get('resultType') ?? 'lightweight'
  if (resultType !== 'lightweight' && resultType !== 'details')
    throw new FdxRefusal('bad-request', 'resultType is lightweight or details')
  requireCluster(call, 'ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'BALANCES', 'BILLS')
  const books = call.consent.accountIds.map((id) => call.world.book(id)).filter((book) => book !== undefined)
  const { items, page } = cutPage(books, call.query, (book) => book.account.id)
  const body = (book: (typeof books)[number]): object =>
    resultType === 'details' ? accountDetails(book, call.consent, call.switches) : accountDescriptor(book)
  return listAnswer(call, 'accounts', items.map(body), page)
}

/** `GET /accounts/{id}`. */
export function showAccount(call: FdxCall): Answer {
  requireCluster(call, 'ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'BALANCES', 'BILLS')
  return jsonAnswer(200, accountDetails(bookOf(call, call.segments[1]), call.consent, call.switches))
}

/** `GET /accounts/{id}/transactions`, newest first; posted ones by posting time, pending ones by authorization. */
export function listTransactions(call: FdxCall): Answer {
  requireCluster(call, 'TRANSACTIONS')
  const { account, entries } = bookOf(call, call.segments[1])
  const { from, to } = readDateRange(call)
  const within = entries.filter((entry) => {
    const at = Date.parse(entry.postedAt ?? entry.authorizedAt)
    return at >= from && at < to
  })
  const { items, page } = cutPage(within, call.query, (entry) => entry.id)
  return listAnswer(call, 'transactions', items.map((entry) => transactionBody(account, entry)), page) // prettier-ignore
}

/** All of a page; or, if the switches want it so, all but the last entry, and a status that says so (FDX: 206). */
function listAnswer(call: FdxCall, name: string, items: readonly object[], page: object): Answer {
  return call.switches.partial
    ? jsonAnswer(206, { page, [name]: items.slice(0, -1) })
    : jsonAnswer(200, { page, [name]: items })
}

/** `GET /accounts/{id}/statements`: the list, without documents. `closingBalance` is this bank's extension. */
export function listStatements(call: FdxCall): Answer {
  requireCluster(call, 'STATEMENTS')
  const { account, statements } = bookOf(call, call.segments[1])
  const asksDates =
    call.query.has('startDate') || call.query.has('startTime') || call.query.has('endDate') || call.query.has('endTime')
  const range = asksDates ? readDateRange(call) : undefined
  const within = statements.filter((each) => {
    const at = Date.parse(each.periodEnd)
    return range === undefined || (at >= range.from && at < range.to)
  })
  const { items, page } = cutPage(within, call.query, (each) => each.id)
  return jsonAnswer(200, {
    page,
    statements: items.map((each) => ({
      accountId: account.id,
      statementId: each.id,
      statementDate: each.periodEnd,
      description: `Statement for ${each.periodStart} to ${each.periodEnd}`,
      status: 'AVAILABLE',
      closingBalance: exactNumber(each.closingBalanceMinor, account.currency),
    })),
  })
}
