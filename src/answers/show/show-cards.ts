import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { CardBlock, DeclineBlock, DetailBlock } from '../block.ts'
import { localMonth, localNumeral } from '../say/local-numeral.ts'
import { accountTitle, facts } from './reader.ts'
import type { AnswerReader } from './reader.ts'

/** Why a payment was refused: the reason in words, then what the bank called it. */
export function showDecline(reader: AnswerReader, decline: DeclineBlock): Html {
  return html`<article class="account">
    <h2 class="first">${decline.merchant ?? reader.say('decline.nameless')}</h2>
    <p class="money">${reader.money(decline.amount)}</p>
    <p class="money-kind">${reader.moment(decline.at)}</p>
    <p class="note warn">${reader.say(`decline.${decline.reason}`)}</p>
    <p class="muted">
      ${decline.account === undefined ? undefined : html`${accountTitle(reader, decline.account)} · `}${reader.say('decline.code', { code: decline.code })}
    </p>
  </article>`
}

/** Whether a card works. */
export function showCard(reader: AnswerReader, { account, status, since, expires }: CardBlock): Html {
  return html`<article class="account">
    <h2 class="first">${accountTitle(reader, account)}</h2>
    <p class="card-state ${status}">${reader.say(`card.${status}`)}</p>
    ${facts([
      [reader.say('card.since'), since === undefined ? undefined : reader.day(since)],
      [reader.say('card.expires'), expires === undefined ? undefined : localMonth(expires, reader.words.language)],
    ])}
  </article>`
}

/** A fact that is no amount; numbers to be copied stand by themselves and can be selected. */
export function showDetail(reader: AnswerReader, { account, detail, text, program, unit }: DetailBlock): Html {
  const isCounted = detail === 'interest-rate' || detail === 'rewards'
  const numeral = isCounted ? localNumeral(text, reader.words.language) : text
  const shown =
    detail === 'interest-rate'
      ? reader.say('detail.rate', { rate: numeral })
      : unit === undefined
        ? numeral
        : reader.say(`reward.${unit}`, { count: numeral, n: Number(text) })
  const kind = reader.say(unit === 'cashback' ? 'reward.no-currency' : `detail.${detail}`)
  return html`<article class="account">
    <h2 class="first">${accountTitle(reader, account)}</h2>
    <p class="detail">${shown}</p>
    <p class="money-kind">${program === undefined ? undefined : `${program} · `}${kind}</p>
  </article>`
}
