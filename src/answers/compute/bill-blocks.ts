import { add } from '../../kernel/index.ts'
import type { CardBill } from '../../banks/index.ts'
import type { Asked } from '../asked.ts'
import type { BillBlock, BillsTotalBlock, Block } from '../block.ts'
import { chooseAccounts } from '../choose-accounts.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { nameAccounts } from './name-accounts.ts'
import { note } from './period.ts'
import { sumsOf } from './sums.ts'

/** Card bills, nearest due date first, and what they come to. */
export function billBlocks(facts: BankFacts, asked: Asked, { matchAccounts }: Reckoned): readonly Block[] {
  const bills = billsOf(facts)
  if (bills.length === 0) return [note('nothing-found')]
  const meant = chooseAccounts(bills, ({ account }) => account, asked, matchAccounts)
  if (meant.length === 0) return [note('no-such-account'), ...bills, ...totalsOf(bills)]
  return [...meant, ...totalsOf(meant)]
}

/** All bills of the facts, nearest due date first; without a date last. */
export function billsOf(facts: BankFacts): readonly BillBlock[] {
  const nameOf = nameAccounts(facts)
  return (facts.bills ?? [])
    .map((bill) => blockOf(bill, nameOf(bill.accountId, 'card')))
    .sort((a, b) => (a.dueDate ?? '9999').localeCompare(b.dueDate ?? '9999'))
}

function blockOf(bill: CardBill, account: BillBlock['account']): BillBlock {
  const { dueDate, statementDate, autoPay, lastPayment } = bill
  return {
    kind: 'bill',
    account,
    totalDue: bill.totalDue.reveal(),
    minimumDue: bill.minimumDue?.reveal(),
    dueDate,
    pastDue: bill.pastDue?.reveal(),
    statementBalance: bill.statementBalance?.reveal(),
    statementDate,
    autoPay: autoPay === undefined ? undefined : { amount: autoPay.amount?.reveal(), date: autoPay.date },
    lastPayment:
      lastPayment === undefined ? undefined : { amount: lastPayment.amount.reveal(), date: lastPayment.date },
  }
}

function totalsOf(bills: readonly BillBlock[]): readonly BillsTotalBlock[] {
  if (bills.length < 2) return []
  return sumsOf(bills.map(({ totalDue }) => totalDue)).flatMap((totalDue) => {
    const those = bills.filter((bill) => bill.totalDue.currency === totalDue.currency)
    if (those.length < 2) return []
    const minimums = those.map(({ minimumDue }) => minimumDue).filter((minimum) => minimum !== undefined)
    const minimumDue = minimums.length < those.length ? undefined : minimums.reduce(add)
    return [{ kind: 'bills-total', totalDue, minimumDue, count: those.length }]
  })
}
