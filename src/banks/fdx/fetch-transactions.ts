import type { Permit } from '../../consent/index.ts'
import { refusal, success } from '../../kernel/index.ts'
import type { Instant, Outcome } from '../../kernel/index.ts'
import type { BankRefusal } from '../bank.ts'
import { isExactList, isExactObject } from '../exact-json.ts'
import type { Day, Days, Transaction, TransactionReport } from '../facts.ts'
import type { BankApi } from './bank-api.ts'
import { joinTransactions } from './join-transactions.ts'
import { categoryOf } from './read-account.ts'
import type { RawAccount } from './read-account.ts'
import { currencyOf } from './read-field.ts'
import { readNext } from './read-page.ts'
import type { NextPage } from './read-page.ts'
import { readTransaction } from './read-transaction.ts'
import { forEachOf } from './several-at-once.ts'
import { listShared } from './shared-accounts.ts'

/** Lines asked for on one page: with all their fields some 250 KB, a quarter of the largest answer read. */
const pageSize = 250
/** Pages read of one account: ten thousand lines, more than a year of anybody's. */
const pagesMax = 40
/** How far back is asked, in days: a year and its comparison month. */
const historyDaysMax = 400
/** Banks file a booked payment under the day they booked it: this many days after it was made, at the latest. */
const bookingDaysMax = 10

const dayMs = 86_400_000

/** `GET /accounts/{id}/transactions` of the shared deposit and card accounts, for the days on which payments were made. */
export async function fetchTransactions(
  permit: Permit<'transactions'>,
  api: BankApi,
  asked: Days,
  now: Instant,
): Promise<Outcome<TransactionReport, BankRefusal>> {
  const days = { ...asked, from: later(asked.from, dayOf(now - historyDaysMax * dayMs)) }
  const covered = { from: days.from, to: days.to }
  if (days.from > days.to) return success({ transactions: [], ...covered, complete: asked.from >= days.from })
  const shared = await listShared(permit, api, 'lightweight')
  if (!shared.ok) return shared
  const accounts = shared.value.accounts.filter((account) => ['deposit', 'card'].includes(categoryOf(account)))
  const read = await forEachOf(accounts, (account) => readAccountLines(api, account, days, now))
  if (!read.ok) return read
  return success({
    transactions: read.value.flatMap(({ lines }) => lines).sort((a, b) => b.at - a.at),
    ...covered,
    complete: shared.value.complete && read.value.every(({ complete }) => complete),
  })
}

type AccountLines = { readonly lines: readonly Transaction[]; readonly complete: boolean }

async function readAccountLines(
  api: BankApi,
  account: RawAccount,
  days: Days,
  now: Instant,
): Promise<Outcome<AccountLines, BankRefusal>> {
  const of = { accountId: account.id, currency: currencyOf(account.fields) }
  const path = `/accounts/${encodeURIComponent(account.id)}/transactions`
  const lines: Transaction[] = []
  const seen = new Set<string>()
  let complete = true
  let next: NextPage = undefined
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const query = new URLSearchParams({ ...bankDays(days, now), limit: String(pageSize), ...next })
    const answer = await api.get(`${path}?${query.toString()}`)
    if (!answer.ok) return answer
    const { body, partial } = answer.value
    const items = isExactObject(body) ? body.get('transactions') : undefined
    if (!isExactObject(body) || !isExactList(items)) return refusal('banks/unreadable')
    for (const item of items) {
      const line = readTransaction(item, of)
      if (!line.ok) return line
      if (line.value !== undefined) lines.push(line.value)
    }
    complete &&= !partial
    const following = readNext(body.get('page'))
    if (following === 'unreadable') return refusal('banks/unreadable')
    if (following === undefined) {
      const joined = joinTransactions(lines, days)
      return joined.ok ? success({ lines: joined.value, complete }) : joined
    }
    const key = JSON.stringify(following)
    if (seen.has(key)) return refusal('banks/unreadable') // the same page for ever
    seen.add(key)
    next = following
  }
  return refusal('banks/unreadable') // more lines than a person's year has; a part of them would be a wrong sum
}

// Both or neither (FDX). A day more at the start for the customer's time zone; at the end for the zone and the booking.
function bankDays({ from, to }: Days, now: Instant): { readonly startDate: Day; readonly endDate: Day } {
  return {
    startDate: dayOf(Date.parse(from) - dayMs),
    endDate: earlier(dayOf(Date.parse(to) + bookingDaysMax * dayMs), later(to, dayOf(now + dayMs))),
  }
}

function dayOf(moment: number): Day {
  return new Date(moment).toISOString().slice(0, 10)
}

function later(a: Day, b: Day): Day {
  return a > b ? a : b
}

function earlier(a: Day, b: Day): Day {
  return a < b ? a : b
}
