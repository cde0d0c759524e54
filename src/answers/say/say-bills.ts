import type { BillBlock, BillsTotalBlock } from '../block.ts'
import type { SayLine, Speech } from './speech.ts'

type Said = { readonly lines: readonly SayLine[]; readonly more: boolean }

/** A card's bill, beginning with what was asked about; what is past due and what pays itself comes after. */
export function sayBill(speech: Speech, bill: BillBlock): Said {
  const account = speech.account(bill.account)
  const { pastDue, autoPay, totalDue } = bill
  if (totalDue.minor <= 0n) return { lines: [{ key: 'answer.bill.clear', values: { account } }], more: false }
  return {
    lines: [
      sayDue(speech, bill, account),
      ...(pastDue !== undefined && pastDue.minor !== 0n
        ? [{ key: 'answer.bill.past-due', values: { account, amount: speech.amount(pastDue) } } as const]
        : []),
      ...(autoPay === undefined ? [] : [sayAutoPay(speech, autoPay, account)]),
    ],
    more: false,
  }
}

function sayDue(speech: Speech, { totalDue, minimumDue, dueDate }: BillBlock, account: string): SayLine {
  const amount = speech.amount(totalDue)
  if (dueDate === undefined) return { key: 'answer.bill.no-date', values: { account, amount, bank: speech.bank } }
  const day = speech.day(dueDate)
  if (minimumDue === undefined) {
    return speech.question === 'bill_minimum'
      ? { key: 'answer.bill.no-minimum', values: { account, amount, day, bank: speech.bank } }
      : { key: 'answer.bill.amount-only', values: { account, amount, day } }
  }
  const values = { account, amount, day, minimum: speech.amount(minimumDue) }
  if (speech.question === 'bill_minimum') return { key: 'answer.bill.minimum', values }
  return { key: speech.question === 'bill_due_date' ? 'answer.bill.date' : 'answer.bill.amount', values }
}

function sayAutoPay(speech: Speech, autoPay: NonNullable<BillBlock['autoPay']>, account: string): SayLine {
  const { amount, date } = autoPay
  return amount === undefined || date === undefined
    ? { key: 'answer.bill.autopay-on', values: { account } }
    : { key: 'answer.bill.autopay', values: { account, amount: speech.amount(amount), day: speech.day(date) } }
}

/** What several bills come to. */
export function sayBillsTotal(speech: Speech, { totalDue, minimumDue }: BillsTotalBlock): Said {
  const amount = speech.amount(totalDue)
  const line: SayLine =
    minimumDue === undefined
      ? { key: 'answer.bill.total-only', values: { amount } }
      : { key: 'answer.bill.total', values: { amount, minimum: speech.amount(minimumDue) } }
  return { lines: [line], more: false }
}
