import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { formatMoney } from '../kernel/index.ts'
import type { ChannelName, Instant, Money } from '../kernel/index.ts'
import { accountCategories } from './answer-document.ts'
import type { AccountCategory, AnswerAccount, AnswerBalance, AnswerDocument } from './answer-document.ts'
import type { OpenedAnswer } from './open-answer.ts'
import { chooseAccounts } from './choose-accounts.ts'
import { mainBalance } from './main-balance.ts'

/** How the reader wants it: words, and the time zone that the browser named. */
export type Reader = { readonly words: Words; readonly timeZone: string }

/** The opened page: what was asked first, the rest on request; and once more who was not told. */
export function showAnswer(reader: Reader, opened: readonly OpenedAnswer[], channel: ChannelName): Html {
  const { words } = reader
  return html`<h1>${words.say('open.title')}</h1>
    ${opened.map(({ document }) => showBank(reader, document))}
    <p class="note">${words.say('open.fact', { channel: words.say(`channel.${channel}`) })}</p>
    <p class="muted">${words.say('open.once')}</p>
    ${showRecord(words, opened)}`
}

/** That this look is on record, with what proves it: a promise for each bank, signed by the log. */
function showRecord(words: Words, opened: readonly OpenedAnswer[]): Html {
  return html`<details class="record">
    <summary>${words.say('record.summary')}</summary>
    <p>${words.say('record.body', { count: opened.length })}</p>
    ${opened.map(({ promise }) => html`<pre class="document" tabindex="0">${promise}</pre>`)}
    <p><a href="/verify">${words.say('record.verify')}</a> · <a href="/me">${words.say('record.all')}</a></p>
  </details>`
}

function showBank(reader: Reader, document: AnswerDocument): Html {
  const { words } = reader
  const bank = document.institutionName
  const time = formatTime(reader, document.checkedAt)
  if (!document.result.ok) {
    return html`<section aria-label="${bank}">
      <h2>${bank}</h2>
      <p class="note warn">${words.say(`missing.${document.result.reason}`, { bank, time })}</p>
    </section>`
  }
  const { accounts, complete } = document.result
  return html`<section aria-label="${bank}">
    <p class="muted">${words.say('open.checked', { time, bank })}</p>
    ${complete ? undefined : html`<p class="note warn">${words.say('open.partial', { bank })}</p>`}
    ${accounts.length === 0 ? html`<p>${words.say('open.noAccounts', { bank })}</p>` : showChosen(reader, document, accounts)}
  </section>`
}

function showChosen(reader: Reader, document: AnswerDocument, accounts: readonly AnswerAccount[]): Html {
  const { words } = reader
  const bank = document.institutionName
  const asked = document.asked.lastDigits?.reveal() ?? document.asked.words?.reveal()
  const chosen = chooseAccounts(accounts, document.asked)
  if (chosen.length === 0) {
    return html`<p>${words.say('open.notNamed', { asked: asked ?? '', bank })}</p>
      ${byCategory(reader, accounts)}`
  }
  const others = accounts.filter((account) => !chosen.includes(account))
  return html`${asked === undefined ? undefined : html`<p>${words.say('open.named', { asked })}</p>`}
  ${byCategory(reader, chosen)}
  ${
    others.length === 0
      ? undefined
      : html`<details>
          <summary>${words.say('open.others', { bank, count: others.length })}</summary>
          ${byCategory(reader, others)}
        </details>`
  }`
}

function byCategory(reader: Reader, accounts: readonly AnswerAccount[]): readonly Html[] {
  return accountCategories.flatMap((category) => {
    const those = accounts.filter((account) => account.category === category)
    return those.length === 0 ? [] : [showCategory(reader, category, those)]
  })
}

function showCategory(reader: Reader, category: AccountCategory, accounts: readonly AnswerAccount[]): Html {
  return html`<h2>${reader.words.say(`category.${category}`)}</h2>
    ${accounts.map((account) => showAccount(reader, account))}`
}

function showAccount(reader: Reader, account: AnswerAccount): Html {
  const { words } = reader
  const main = mainBalance(account)
  const digits = account.lastDigits?.reveal()
  const others = account.balances.filter((balance) => balance !== main)
  return html`<article class="account">
    <h3>
      ${account.name.reveal()}${digits === undefined ? undefined : html` <span class="digits">•••• ${digits}</span>`}
    </h3>
    ${main === undefined ? html`<p class="muted">${words.say('open.noBalance')}</p>` : showMain(reader, main)}
    ${
      others.length === 0
        ? undefined
        : html`<dl class="figures">
            ${others.map(
              (balance) =>
                html`<div>
                  <dt>${label(words, balance)}</dt>
                  <dd>${amount(reader, balance)}</dd>
                </div>`,
            )}
          </dl>`
    }
  </article>`
}

function showMain(reader: Reader, balance: AnswerBalance): Html {
  const asOf =
    balance.asOf === undefined ? '' : `, ${reader.words.say('open.asOf', { time: formatTime(reader, balance.asOf) })}`
  return html`<p class="money">${amount(reader, balance)}</p>
    <p class="money-kind">${label(reader.words, balance)}${asOf}</p>`
}

// A negative debt is the customer's money at the bank: said in words, not by a sign.
function isInCredit(balance: AnswerBalance): boolean {
  return balance.kind === 'owed' && balance.amount.reveal().minor < 0n
}

function label(words: Words, balance: AnswerBalance): string {
  return words.say(isInCredit(balance) ? 'balance.inCredit' : `balance.${balance.kind}`)
}

function amount(reader: Reader, balance: AnswerBalance): string {
  const money = balance.amount.reveal()
  const shown: Money = isInCredit(balance) ? { ...money, minor: -money.minor } : money
  return formatMoney(shown, reader.words.language)
}

/** A moment in the reader's zone: time alone would mislead on another day, so the day comes with it. */
function formatTime(reader: Reader, at: Instant): string {
  return new Intl.DateTimeFormat(reader.words.language, {
    timeZone: reader.timeZone,
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at)
}

/** The time zone a form named, if it is one; UTC otherwise. */
export function readTimeZone(text: string | null): string {
  if (text === null || !/^[A-Za-z0-9_+/-]{1,64}$/.test(text)) return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch (cause) {
    if (cause instanceof RangeError) return 'UTC'
    throw cause
  }
}
