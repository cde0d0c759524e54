import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import { accountCategories } from '../block.ts'
import type { AccountBlock, AccountCategory, AccountFigure } from '../block.ts'
import { minus } from '../compute/sums.ts'
import { isInCredit } from '../say/say-accounts.ts'
import { accountTitle, facts } from './reader.ts'
import type { AnswerReader } from './reader.ts'
import type { BlockView } from './view.ts'

/** Accounts by their sort; those that were not meant open on request. */
export function showAccounts(reader: AnswerReader, blocks: readonly AccountBlock[], { document }: BlockView): Html {
  const bank = document.institutionName
  const meant = blocks.filter((block) => block.meant)
  const others = blocks.filter((block) => !block.meant)
  const asked = document.asked.lastDigits?.reveal() ?? document.asked.words?.reveal()
  return html`${asked === undefined || others.length === 0 ? undefined : html`<p>${reader.say('open.named', { asked })}</p>`}
  ${byCategory(reader, meant)}
  ${
    others.length === 0
      ? undefined
      : html`<details>
          <summary>${reader.say('open.others', { bank, count: others.length })}</summary>
          ${byCategory(reader, others)}
        </details>`
  }`
}

function byCategory(reader: AnswerReader, blocks: readonly AccountBlock[]): readonly Html[] {
  return accountCategories.flatMap((category) => {
    const those = blocks.filter(({ account }) => account.category === category)
    return those.length === 0 ? [] : [showCategory(reader, category, those)]
  })
}

function showCategory(reader: AnswerReader, category: AccountCategory, blocks: readonly AccountBlock[]): Html {
  return html`<h2>${reader.say(`category.${category}`)}</h2>
    ${blocks.map((block) => showAccount(reader, block))}`
}

function showAccount(reader: AnswerReader, { account, figures }: AccountBlock): Html {
  const main = figures.find((figure) => figure.main)
  const others = figures.filter((figure) => figure !== main)
  return html`<article class="account">
    <h3>${accountTitle(reader, account)}</h3>
    ${main === undefined ? html`<p class="muted">${reader.say('open.noBalance')}</p>` : showMain(reader, main)}
    ${facts(others.map((figure) => [label(reader, figure), amount(reader, figure)] as const))}
  </article>`
}

function showMain(reader: AnswerReader, figure: AccountFigure): Html {
  const asOf = figure.asOf === undefined ? '' : `, ${reader.say('open.asOf', { time: reader.moment(figure.asOf) })}`
  return html`<p class="money">${amount(reader, figure)}</p>
    <p class="money-kind">${label(reader, figure)}${asOf}</p>`
}

function label(reader: AnswerReader, figure: AccountFigure): string {
  return reader.say(isInCredit(figure) ? 'balance.inCredit' : `balance.${figure.kind}`)
}

function amount(reader: AnswerReader, figure: AccountFigure): string {
  return reader.money(isInCredit(figure) ? minus(figure.amount) : figure.amount)
}
