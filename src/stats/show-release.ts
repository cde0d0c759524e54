import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { catalogue } from './catalogue.ts'
import { drawCells } from './draw-cells.ts'
import { publishCells } from './publish-cells.ts'
import type { PublishedCell } from './publish-cells.ts'
import type { Release } from './release-store.ts'
import { rhoText } from './write-release.ts'

/** One release: its picture, its table, what its noise means; or that it is still being counted. */
export function showRelease(words: Words, release: Release, at: (moment: number) => string): Html {
  const question = catalogue[release.question]
  const head = html`<p><a class="link" href="/statistics">${words.say('release.back')}</a></p>
    <h1>${words.say(`question.${release.question}`)}</h1>
    <p class="muted">${words.say('release.week', { week: weekText(words, release.week) })}</p>`
  if (release.numbers === undefined) {
    return html`${head}
      <p class="note" role="status">${words.say('release.waiting')}</p>
      <p><a class="button" href="/statistics/releases/${release.id}">${words.say('release.again')}</a></p>`
  }
  const cells = publishCells(question, release.numbers)
  const nameOf = (cell: string): string => words.say(`cell.${cell}`)
  const hidden = cells.filter((cell) => cell.hidden).length
  const width = Number(question.halfWidth)
  return html`${head}
    <p>${words.say(`says.${release.question}`)}</p>
    <figure class="release">
      ${drawCells(cells, nameOf)}
      <div class="scroll">
        <table aria-label="${words.say(`question.${release.question}`)}">
          <thead>
            <tr>
              <th scope="col">${words.say('table.cell')}</th>
              <th scope="col" class="number">${words.say('table.value')}</th>
              <th scope="col" class="number">${words.say('table.range')}</th>
            </tr>
          </thead>
          <tbody>
            ${cells.map((cell) => showCell(words, cell, nameOf, width))}
          </tbody>
        </table>
      </div>
    </figure>
    <p>${words.say('release.interval', { width: numberText(words, question.halfWidth) })}</p>
    ${hidden > 0 && html`<p>${words.say('release.hidden', { width: numberText(words, question.halfWidth), count: hidden })}</p>`}
    <p>
      ${words.say('release.stored', { at: at(release.releasedAt ?? release.askedAt), rho: rhoText(release.costUnits) })}
    </p>
    <p class="downloads">
      <a class="button quiet" href="/statistics/api/releases/${release.id}/csv">${words.say('release.csv')}</a>
      <a class="button quiet" href="/statistics/api/releases/${release.id}">${words.say('release.json')}</a>
    </p>`
}

function showCell(words: Words, shown: PublishedCell, nameOf: (cell: string) => string, width: number): Html {
  return html`<tr>
    <th scope="row">${nameOf(shown.cell)}</th>
    ${
      shown.hidden
        ? html`<td class="number muted">${words.say('table.hidden')}</td>
            <td class="number muted">${words.say('table.below', { high: numberText(words, shown.high) })}</td>`
        : html`<td class="number">
              <strong>${numberText(words, shown.value)}</strong> <span class="muted">± ${width}</span>
            </td>
            <td class="number">
              ${words.say('table.between', { low: numberText(words, shown.low), high: numberText(words, shown.high) })}
            </td>`
    }
  </tr>`
}

function numberText(words: Words, value: bigint): string {
  return new Intl.NumberFormat(words.language).format(value)
}

/** A week by its first and last day. */
export function weekText(words: Words, monday: string): string {
  const first = Date.parse(`${monday}T00:00:00Z`)
  const days = new Intl.DateTimeFormat(words.language, { timeZone: 'UTC', dateStyle: 'medium' })
  return days.formatRange(first, first + 6 * 86_400_000)
}
