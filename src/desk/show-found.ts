import type { CardBill, Transaction } from '../banks/index.ts'
import { formatMoney } from '../kernel/index.ts'
import type { Money, Secret } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { AgentLook, LookedAt } from './look-for-customer.ts'
import { timeOf } from './place-row.ts'
import { shownText } from './shown-text.ts'

/** Rows on one page; a month of payments may have more. */
const rowsMax = 60

/** What the bank said, once, on this page alone. Names come from outside and are inert text. */
export function showFound(words: Words, timeZone: string, { found, checkedAt }: AgentLook): Html {
  const table = tableOf(words, timeZone, found)
  return html`<section class="card found" aria-labelledby="found" tabindex="-1" data-found>
    <h2 class="first" id="found">${words.say('found.title', { class: words.say(`class.${found.dataClass}`) })}</h2>
    ${
      table.rows.length === 0
        ? html`<p>${words.say('found.none')}</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="found">
            <table>
              <thead>
                <tr>
                  ${table.head.map((name) => html`<th scope="col">${words.say(`found.${name}`)}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${table.rows.slice(0, rowsMax).map(
                  (row) =>
                    html`<tr>
                      ${row.map((cell) => html`<td>${cell}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${table.rows.length > rowsMax && html`<p class="muted">${words.say('found.more', { count: table.rows.length - rowsMax })}</p>`}
    <p class="muted">${words.say('found.checked', { time: timeOf(words, timeZone, checkedAt) })}</p>
  </section>`
}

type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

function tableOf(words: Words, timeZone: string, found: LookedAt): Table {
  const money = (amount: Secret<Money> | undefined): string =>
    amount === undefined ? '–' : formatMoney(amount.reveal(), words.language)
  switch (found.dataClass) {
    case 'balance':
      return {
        head: ['account', 'what', 'amount'],
        rows: found.accounts.flatMap(({ name, lastDigits, balances }) =>
          balances.map(({ kind, amount }) => [
            nameOf(words, name, lastDigits),
            words.say(`balance.${kind}`),
            money(amount),
          ]),
        ),
      }
    case 'transactions':
      return {
        head: ['when', 'what', 'where', 'amount'],
        rows: found.transactions.map((one) => paymentOf(words, timeZone, one, money)),
      }
    case 'card-bills':
      return { head: ['due', 'amount', 'minimum'], rows: found.bills.map((bill) => billOf(bill, money)) }
    case 'card-status':
      return {
        head: ['what', 'state'],
        rows: found.cards.map(({ lastDigits, status }) => [
          lastDigits === undefined ? '–' : words.say('found.ending', { digits: inert(lastDigits) }),
          words.say(`card.${status}`),
        ]),
      }
  }
}

function paymentOf(
  words: Words,
  timeZone: string,
  { at, merchant, description, place, amount, direction, status }: Transaction,
  money: (amount: Secret<Money>) => string,
): readonly string[] {
  const what = inert(merchant ?? description)
  return [
    timeOf(words, timeZone, at),
    status === 'pending' ? `${what} (${words.say('pending')})` : what,
    place === undefined ? '–' : shownText.inert(place.reveal().city),
    `${direction === 'credit' ? '+' : '−'}${money(amount)}`,
  ]
}

function billOf(
  { dueDate, totalDue, minimumDue }: CardBill,
  money: (amount: Secret<Money> | undefined) => string,
): readonly string[] {
  return [dueDate ?? '–', money(totalDue), money(minimumDue)]
}

function nameOf(words: Words, name: Secret<string>, lastDigits: Secret<string> | undefined): string {
  const digits = lastDigits === undefined ? '' : ` ${words.say('found.ending', { digits: inert(lastDigits) })}`
  return `${inert(name)}${digits}`
}

function inert(text: Secret<string>): string {
  return shownText.inert(text.reveal())
}
