import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { BillBlock, BillsTotalBlock } from '../block.ts'
import type { AnswerTopic } from '../questions.ts'
import { accountTitle, facts } from './reader.ts'
import type { AnswerReader } from './reader.ts'

/** A card's bill: what was asked about is the large figure. */
export function showBill(reader: AnswerReader, bill: BillBlock, question: AnswerTopic): Html {
  const { totalDue, minimumDue, dueDate, pastDue, statementBalance, statementDate, autoPay, lastPayment } = bill
  const minimumFirst = question === 'bill_minimum' && minimumDue !== undefined
  const money = (amount: BillBlock['minimumDue']): string | undefined =>
    amount === undefined ? undefined : reader.money(amount)
  const late = pastDue !== undefined && pastDue.minor !== 0n
  return html`<article class="account">
    <h2 class="first">${accountTitle(reader, bill.account)}</h2>
    <p class="money">${money(minimumFirst ? minimumDue : totalDue)}</p>
    <p class="money-kind">
      ${reader.say(minimumFirst ? 'bill.minimum' : 'bill.total')}${
        dueDate === undefined
          ? `, ${reader.say('bill.noDate')}`
          : `, ${reader.say('bill.due', { day: reader.day(dueDate) })}`
      }
    </p>
    ${late ? html`<p class="note warn">${reader.say('bill.pastDue', { amount: reader.money(pastDue) })}</p>` : undefined}
    <p>${sayAutoPay(reader, autoPay)}</p>
    ${facts([
      minimumFirst ? [reader.say('bill.total'), money(totalDue)] : [reader.say('bill.minimum'), money(minimumDue)],
      [
        statementDate === undefined
          ? reader.say('bill.statement')
          : reader.say('bill.statementOf', { day: reader.day(statementDate) }),
        money(statementBalance),
      ],
      [
        lastPayment?.date === undefined
          ? reader.say('bill.lastPayment')
          : reader.say('bill.lastPaymentOn', { day: reader.day(lastPayment.date) }),
        money(lastPayment?.amount),
      ],
    ])}
  </article>`
}

function sayAutoPay(reader: AnswerReader, autoPay: BillBlock['autoPay']): string {
  if (autoPay === undefined) return reader.say('bill.noAutoPay')
  const { amount, date } = autoPay
  if (amount === undefined || date === undefined) return reader.say('bill.autoPayOn')
  return reader.say('bill.autoPay', { amount: reader.money(amount), day: reader.day(date) })
}

/** What several bills come to. */
export function showBillsTotal(reader: AnswerReader, { totalDue, minimumDue, count }: BillsTotalBlock): Html {
  return html`<article class="account">
    <h2 class="first">${reader.say('bill.all', { count })}</h2>
    <p class="money">${reader.money(totalDue)}</p>
    ${facts([[reader.say('bill.minimum'), minimumDue === undefined ? undefined : reader.money(minimumDue)]])}
  </article>`
}
