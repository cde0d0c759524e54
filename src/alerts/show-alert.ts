import { formatMoney } from '../kernel/index.ts'
import { html, readerTime } from '../pages/index.ts'
import type { Html, Reader } from '../pages/index.ts'
import type { AlertState } from './fraud-alert.ts'
import type { OpenedAlert } from './open-alerts.ts'
import type { SeenUse } from './seen-use.ts'

/** What can be answered, in the state in which the alert is. "Not me" until the freeze was ordered; it may always be taken back. */
const answersOf: { readonly [State in AlertState]: readonly ('not-me' | 'it-was-me' | 'not-sure')[] } = {
  new: ['not-me'],
  waiting: ['not-me', 'it-was-me', 'not-sure'],
  told: ['not-me', 'it-was-me', 'not-sure'],
  asked: ['not-me', 'it-was-me', 'not-sure'],
  reminded: ['not-me', 'it-was-me', 'not-sure'],
  expired: ['not-me', 'it-was-me'],
  covered: ['not-me', 'it-was-me'],
  genuine: ['not-me'],
  closed: ['not-me'],
  protecting: [],
  protected: [],
  unprotected: [],
}

/** One alert with its payment, how it stands, and what can be said to it. Runs without a script. `path`: where its forms go. */
export function showAlert(reader: Reader, opened: OpenedAlert, path: string): Html {
  const { words } = reader
  const { stored, uses } = opened
  return html`<article class="card">
    ${
      uses === undefined
        ? html`<p>${words.say('page.stopped')}</p>`
        : uses.map((use) => showUse(reader, use, opened.bank))
    }
    ${stored.alert.declined ? html`<p>${words.say('page.declined', { bank: opened.bank })}</p>` : undefined}
    ${showState(reader, opened)} ${answersOf[stored.alert.state].map((answer) => answerForm(reader, path, answer))}
    ${showBeside(reader, opened, path)} ${showDispute(reader, opened, path)}
  </article>`
}

function showUse({ words, timeZone }: Reader, use: SeenUse, bank: string): Html {
  const { city, region, country } = use.merchant
  const place = [city, region, countryName(words.language, country)].filter((name) => name !== undefined && name !== '')
  const isKnown = use.presence !== 'unknown'
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['page.merchant', use.merchant.name],
    ['page.place', place.length === 0 ? undefined : place.join(', ')],
    ['page.time', readerTime.moment({ words, timeZone }, use.at)],
    ['page.card', use.cardLastDigits === undefined ? undefined : `•••• ${use.cardLastDigits}`],
    ['page.bank', bank],
  ]
  return html`<p class="money">${formatMoney(use.amount, words.language)}</p>
    <dl class="facts">
      ${rows.flatMap(([key, value]) =>
        value === undefined
          ? []
          : [
              html`<dt>${words.say(key)}</dt>
                <dd>${value}</dd>`,
            ],
      )}
    </dl>
    ${isKnown ? html`<p class="muted">${words.say(`page.presence.${use.presence}`)}</p>` : undefined}`
}

function countryName(language: string, code: string | undefined): string | undefined {
  if (code === undefined || !/^[A-Z]{2}$/.test(code)) return undefined
  return new Intl.DisplayNames([language], { type: 'region', fallback: 'code' }).of(code)
}

const told: readonly AlertState[] = [
  'protecting',
  'protected',
  'unprotected',
  'genuine',
  'covered',
  'expired',
  'closed',
]

function showState({ words, timeZone }: Reader, { stored }: OpenedAlert): Html | undefined {
  const { alert, answerBy, caseNumber, frozenAt } = stored
  if (!told.includes(alert.state)) return undefined
  const moment = (at: Parameters<typeof readerTime.moment>[1]): string => readerTime.moment({ words, timeZone }, at)
  const time = frozenAt === undefined ? '' : moment(frozenAt)
  return html`<section class="note" role="status">
    <p><strong>${words.say(`page.state.${alert.state}`, { time })}</strong></p>
    ${answerBy === undefined ? undefined : html`<p>${words.say('page.person', { time: moment(answerBy) })}</p>`}
    ${caseNumber === undefined ? undefined : html`<p>${words.say('page.case', { number: caseNumber })}</p>`}
    ${
      alert.state === 'protected'
        ? html`<p><a class="button quiet" href="/me/cards">${words.say('page.cards')}</a></p>`
        : undefined
    }
  </section>`
}

function answerForm({ words }: Reader, path: string, answer: 'not-me' | 'it-was-me' | 'not-sure'): Html {
  const action = answer === 'not-me' ? `${path}/not-me` : `${path}/answer`
  return html`<form method="post" action="${action}">
    ${answer === 'not-me' ? undefined : html`<input type="hidden" name="says" value="${answer}" />`}
    <button type="submit" ${answer === 'not-me' ? undefined : html` class="quiet"`}>
      ${words.say(`page.${answer}`)}
    </button>
    <p class="muted">${words.say(`page.${answer}.fact`)}</p>
  </form>`
}

/** After "not me": what else was paid with the card, to be marked too. Nothing is ticked for anybody. */
function showBeside({ words, timeZone }: Reader, { beside }: OpenedAlert, path: string): Html | undefined {
  if (beside.length === 0) return undefined
  return html`<section>
    <form method="post" action="${path}/more">
      <fieldset>
        <legend>${words.say('page.more.title')}</legend>
        ${beside.map(
          (use) =>
            html`<label class="choice"
              ><input type="checkbox" name="use" value="${use.id}" />
              <span
                >${formatMoney(use.amount, words.language)}, ${use.merchant.name},
                ${readerTime.moment({ words, timeZone }, use.at)}</span
              ></label
            >`,
        )}
      </fieldset>
      <button type="submit" class="quiet">${words.say('page.more.button')}</button>
    </form>
  </section>`
}

/** What the customer may send to the bank: written for them, in their words, and sent by nobody else. */
function showDispute(reader: Reader, { stored, uses }: OpenedAlert, path: string): Html | undefined {
  const [use] = uses ?? []
  if (stored.dispute === undefined || use === undefined) return undefined
  const { words } = reader
  if (stored.dispute === 'sent') return html`<p class="note">${words.say('page.draft.sent')}</p>`
  return html`<section>
    <h2>${words.say('page.draft.title')}</h2>
    <p>${words.say('page.draft.body', disputeValues(reader, use))}</p>
    <form method="post" action="${path}/dispute">
      <button type="submit" class="quiet">${words.say('page.draft.send')}</button>
    </form>
  </section>`
}

/** What a dispute names. */
export function disputeValues(
  { words, timeZone }: Reader,
  use: SeenUse,
): Readonly<Record<'amount' | 'merchant' | 'time' | 'reference', string>> {
  return {
    amount: formatMoney(use.amount, words.language),
    merchant: use.merchant.name,
    time: readerTime.moment({ words, timeZone }, use.at),
    reference: use.reference,
  }
}
