import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { ReckoningBlock } from '../block.ts'
import type { AnswerReader } from './reader.ts'

/** What comes of it first, then how it was reckoned, line by line. */
export function showReckoning(reader: AnswerReader, { steps, until, untilIncome, verdict }: ReckoningBlock): Html {
  const day = reader.day(until)
  const amountOf = (name: string): string => {
    const found = steps.find(({ step }) => step === name)
    return found === undefined ? '' : reader.money(found.amount)
  }
  const lines = steps.filter(({ step }) => step !== 'asked' && step !== 'after')
  return html`<article class="account">
    ${
      verdict === 'unasked'
        ? html`<p class="money">${amountOf('left')}</p>
            <p class="money-kind">${reader.say('reckoning.left', { day })}</p>`
        : html`<p class="verdict">
            ${reader.say(`reckoning.${verdict}`, { asked: amountOf('asked'), amount: amountOf('after') })}
          </p>`
    }
    <h2 class="parts">${reader.say('reckoning.how')}</h2>
    <dl class="reckoning">
      ${lines.map(
        ({ step, amount, count }) =>
          html`<div class="${step}">
            <dt>${reader.say(`reckoning.${step}`, { day, count })}</dt>
            <dd>${reader.money(amount)}</dd>
          </div>`,
      )}
    </dl>
    <p class="muted">${reader.say(untilIncome ? 'reckoning.untilIncome' : 'reckoning.untilDays', { day })}</p>
    <p class="muted">${reader.say('reckoning.noPromise')}</p>
  </article>`
}
