import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { platformNames } from '../kernel/index.ts'
import type { PlatformName } from '../kernel/index.ts'
import { catalogue, questionNames, yearlyCapUnits } from './catalogue.ts'
import type { AskRefusal, RefusedQuestion, Release, YearBudget } from './release-store.ts'
import { weekText } from './show-release.ts'
import { noiseText, rhoText } from './write-release.ts'

/** Everything that the front page shows. */
export type StatisticsShown = {
  readonly platform: PlatformName
  /** A platform's operator asks; who runs Parley looks. */
  readonly mayAsk: boolean
  readonly releases: readonly Release[]
  readonly budgets: readonly YearBudget[]
  readonly refused: readonly RefusedQuestion[]
  readonly weeks: readonly string[]
  /** Said where what stands here could not be read now: then nothing can be asked either. */
  readonly stale: Html | undefined
  /** What was refused a moment ago. */
  readonly now: { readonly code: AskRefusal; readonly question: string; readonly week: string } | undefined
}

/** What can be asked, what is left, what was released and what was refused. */
export function showStatistics(words: Words, shown: StatisticsShown, at: (moment: number) => string): Html {
  const { platform, mayAsk, now, stale } = shown
  return html`<div class="statistics-page">
    <h1>${words.say('title', { platform: words.say(`platform.${platform}`) })}</h1>
    <p>${words.say('intro')}</p>
    ${now && html`<p class="note danger" role="alert">${words.say(`refusal.${now.code}`)} ${words.say('ask.nothingSpent')}</p>`}
    ${stale} ${!mayAsk && showChoice(words, platform)}
    <div class="statistics-columns">
      <div>
        ${mayAsk && stale === undefined && showAsk(words, shown)} ${showReleases(words, shown)}
        ${showRefused(words, shown.refused, at)}
      </div>
      <div>${showBudgets(words, shown.budgets)} ${showCatalogue(words)}</div>
    </div>
  </div>`
}

function showAsk(words: Words, { weeks, now }: StatisticsShown): Html {
  const chosen = now?.question
  return html`<form method="post" action="/statistics/ask" class="card ask">
    <h2 class="first">${words.say('ask.title')}</h2>
    <label for="question">${words.say('ask.question')}</label>
    <select id="question" name="question" required>
      ${questionNames.map((name) => html`<option value="${name}" ${name === chosen && html` selected`}>${words.say(`question.${name}`)} (${words.say('ask.costs', { rho: rhoText(catalogue[name].costUnits) })})</option>`)}
    </select>
    <label for="week" class="after-field">${words.say('ask.week')}</label>
    <select id="week" name="week" required>
      ${weeks.map((week) => html`<option value="${week}" ${week === now?.week && html` selected`}>${weekText(words, week)}</option>`)}
    </select>
    <p class="hint">${words.say('ask.hint')}</p>
    <button type="submit">${words.say('ask.button')}</button>
  </form>`
}

function showChoice(words: Words, platform: PlatformName): Html {
  return html`<p class="choices">
    ${platformNames.map((name) => html`<a class="button quiet" href="/statistics?platform=${name}" ${name === platform && html` aria-current="true"`}>${words.say(`platform.${name}`)}</a> `)}
  </p>`
}

function showBudgets(words: Words, budgets: readonly YearBudget[]): Html {
  return html`<section aria-labelledby="budget">
    <h2 id="budget">${words.say('budget.title')}</h2>
    ${budgets.map(({ year, capUnits, spentUnits }) => {
      const left = capUnits - spentUnits
      const share = Math.floor((100 * left) / capUnits)
      const said = words.say('budget.left', { year: String(year), share, left: rhoText(left), cap: rhoText(capUnits) })
      return html`<p class="budget" id="budget-${year}">${said}</p>
        <meter min="0" max="${capUnits}" value="${left}" aria-labelledby="budget-${year}"></meter>
        ${left < 8 && html`<p class="note warn">${words.say('budget.over', { year: String(year) })}</p>`}`
    })}
    <p class="hint">${words.say('budget.hint')}</p>
  </section>`
}

function showReleases(words: Words, { releases, mayAsk }: StatisticsShown): Html {
  return html`<section aria-labelledby="released">
    <h2 id="released">${words.say('released.title')}</h2>
    ${
      releases.length === 0
        ? html`<p>${words.say(mayAsk ? 'released.none' : 'released.noneHere')}</p>`
        : html`<ul class="plain releases">
            ${releases.map(
              (release) =>
                html`<li>
                  <a href="/statistics/releases/${release.id}">${words.say(`question.${release.question}`)}</a>
                  <span class="muted">${weekText(words, release.week)}</span>
                  ${release.numbers === undefined && html`<span class="badge">${words.say('released.waiting')}</span>`}
                </li>`,
            )}
          </ul>`
    }
  </section>`
}

function showRefused(words: Words, refused: readonly RefusedQuestion[], at: (moment: number) => string): Html {
  return html`<section aria-labelledby="refused">
    <h2 id="refused">${words.say('refused.title')}</h2>
    ${
      refused.length === 0
        ? html`<p>${words.say('refused.none')}</p>`
        : html`<ul class="plain releases">
            ${refused.map(
              ({ question, week, code, times, lastAt }) =>
                html`<li>
                  <strong>${words.say(`question.${question}`)}</strong>
                  <span class="muted">${weekText(words, week)}</span>
                  <span class="why">${words.say(`refusal.${code}`)}</span>
                  <span class="muted">${words.say('refused.times', { count: times, at: at(lastAt) })}</span>
                </li>`,
            )}
          </ul>`
    }
  </section>`
}

function showCatalogue(words: Words): Html {
  return html`<section aria-labelledby="catalogue">
    <h2 id="catalogue">${words.say('catalogue.title')}</h2>
    <p>${words.say('catalogue.body', { cap: rhoText(yearlyCapUnits) })}</p>
    ${questionNames.map((name) => {
      const { cells, bound, halfWidth, costUnits } = catalogue[name]
      return html`<details>
        <summary>${words.say(`question.${name}`)}</summary>
        <p>${words.say(`says.${name}`)}</p>
        <dl class="facts">
          <dt>${words.say('catalogue.cells')}</dt>
          <dd>${cells.map((cell) => words.say(`cell.${cell}`)).join(' · ')}</dd>
          <dt>${words.say('catalogue.bound')}</dt>
          <dd>${words.say('catalogue.boundValue', { count: Number(bound) })}</dd>
          <dt>${words.say('catalogue.noise')}</dt>
          <dd>${noiseText(catalogue[name])} (± ${String(halfWidth)})</dd>
          <dt>${words.say('catalogue.cost')}</dt>
          <dd>rho = ${rhoText(costUnits)}</dd>
        </dl>
      </details>`
    })}
  </section>`
}
