import { news } from '../answers/index.ts'
import type { BankFacts, Reckoned } from '../answers/index.ts'
import type { Bank, BankRefusal } from '../banks/index.ts'
import { openPermit } from '../consent/index.ts'
import type { Permit, PermitDeps } from '../consent/index.ts'
import { success } from '../kernel/index.ts'
import type { ConversationId, DataClass, Outcome } from '../kernel/index.ts'
import type { Watched } from './watch-store.ts'

/** What a look at a bank takes, under login `parley_notify`. */
export type LookDeps = PermitDeps & { readonly bank: Pick<Bank, 'fetchTransactions' | 'fetchCardBills'> }

/** What is looked at, for which conversation. */
export type WatchedLook = Watched & { readonly conversation: ConversationId; readonly classes: readonly DataClass[] }

/** One look: a permit for each class that there was leave for, and what the bank said under them. */
export type NewsLook = {
  readonly permits: readonly Permit<DataClass>[]
  readonly facts: BankFacts
  /** Why nothing at all was learnt; undefined when something was. */
  readonly refused: BankRefusal | undefined
}

/**
 * Looks at a bank for news: for each class a ticket commits before anything is asked; then the bank is asked, live, outside any
 * transaction. Undefined when nothing gives leave.
 */
export async function lookAtBank(
  deps: LookDeps,
  { customer, institution, conversation, classes }: WatchedLook,
  reckoned: Reckoned,
): Promise<NewsLook | undefined> {
  const opened = await Promise.all(
    classes.map((dataClass) => openPermit(deps, { customer, institution, conversation, dataClass }, 'bank-token')),
  )
  const permits = opened.flatMap((permit) => (permit.ok ? [permit.value] : []))
  if (permits.length === 0) return undefined
  const answers = await Promise.all(permits.map((permit) => fetchFacts(deps, permit, reckoned)))
  const told = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
  const facts = told.reduce<BankFacts>((all, part) => ({ ...all, ...part }), {})
  const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.code]))
  return { permits, facts, refused: told.length === 0 ? refused[0] : undefined }
}

async function fetchFacts(
  { bank }: LookDeps,
  permit: Permit<DataClass>,
  reckoned: Reckoned,
): Promise<Outcome<BankFacts, BankRefusal>> {
  if (covers(permit, 'card-bills')) {
    const bills = await bank.fetchCardBills(permit)
    return bills.ok ? success({ bills: bills.value }) : bills
  }
  if (covers(permit, 'transactions')) {
    const days = { ...news.daysToFetch(reckoned), timeZone: reckoned.timeZone }
    const report = await bank.fetchTransactions(permit, days)
    return report.ok ? success({ transactions: report.value }) : report
  }
  return success({})
}

function covers<Class extends DataClass>(permit: Permit<DataClass>, dataClass: Class): permit is Permit<Class> {
  return permit.dataClass === dataClass
}
