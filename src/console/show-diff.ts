import { html } from '../pages/index.ts'
import type { ruleSets } from '../fraud/index.ts'
import type { Html, Words } from '../pages/index.ts'

type RuleDiff = ReturnType<(typeof ruleSets)['diff']>

/** What is different between a version and the one beside it: a word for each line, so that colour is not needed to read it. */
export function showDiff(words: Words, from: number, diff: RuleDiff): Html {
  const said = (change: string): string => words.say('rules.change', { change })
  const lines = [
    ...diff.head.map(
      ({ what, before, after }) => html`<li>${said('head')} ${what}: <del>${before}</del> <ins>${after}</ins></li>`,
    ),
    ...diff.added.map(({ id, sentence }) => html`<li>+ ${said('added')} <b>${id}</b>: <ins>${sentence}</ins></li>`),
    ...diff.changed.map(
      ({ id, before, after }) =>
        html`<li>
          <b>${id}</b><br />− ${said('before')}: <del>${before}</del><br />+ ${said('after')}: <ins>${after}</ins>
        </li>`,
    ),
    ...diff.removed.map(({ id, sentence }) => html`<li>− ${said('removed')} <b>${id}</b>: <del>${sentence}</del></li>`),
    ...(diff.isReordered ? [html`<li>${said('order')}</li>`] : []),
  ]
  return html`<details class="diff">
    <summary>${words.say('rules.diff', { version: from })}</summary>
    ${
      lines.length === 0
        ? html`<p>${words.say('rules.same')}</p>`
        : html`<ul class="plain">
            ${lines}
          </ul>`
    }
  </details>`
}
