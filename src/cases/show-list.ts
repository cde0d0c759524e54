import { caseFindings, caseRefunds } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { filterFields, filterQuery } from './case-filter.ts'
import type { CaseFilter } from './case-filter.ts'
import type { CaseBank, ListedCase } from './case-store.ts'
import { nextStepOf, sayRisk, sayStep, sayWaited } from './case-words.ts'
import type { CaseReading } from './case-words.ts'
import { passedDeadline } from './late-cases.ts'
import { caseKinds, deadlinesOf } from './regulatory-clock.ts'
import type { BankClock } from './regulatory-clock.ts'

/** Cases on one page of the list. */
export const listedMax = 25
/** Cases that one bulk act touches at most: what somebody can answer for in one go. */
export const bulkMax = 200

/** Everything the list shows. */
export type ListShown = {
  readonly cases: readonly ListedCase[]
  readonly total: number
  /** How many there are in all whose date lies behind them. */
  readonly lateCount: number
  readonly filter: CaseFilter
  readonly order: 'oldest' | 'risk'
  readonly page: number
  readonly banks: readonly CaseBank[]
  readonly decides: boolean
  readonly clocks: { readonly [institution: string]: BankClock }
  /** Said where the list could not be read now: then nothing can be done to all that match it either. */
  readonly stale: Html | undefined
  readonly done: { readonly count: number; readonly of: number } | undefined
}

const states = ['waiting', 'open', 'proposed', 'decided', 'closed', 'all'] as const

/** Cases that wait, those that wait longest first; the filter; and what can be done to all that match it. */
export function showList(reading: CaseReading, shown: ListShown): Html {
  const { words } = reading
  const { cases, total, done, stale } = shown
  return html`<div class="cases-page">
    <h1>${words.say('list.title')}</h1>
    ${done !== undefined && html`<p class="note" role="status">${words.say('bulk.done', done)}</p>`} ${stale}
    ${lateLinks(words, shown)} ${filterForm(words, shown)}
    <p class="muted" id="count">
      ${words.say('list.count', { total })}
      ${orders.map((order) =>
        order === shown.order
          ? html` <b>${words.say(`order.${order}`)}</b>`
          : html` <a class="link" href="/cases?${filterQuery(shown.filter, { order })}"
              >${words.say(`order.${order}`)}</a
            >`,
      )}
    </p>
    ${
      cases.length === 0
        ? html`<p class="card" data-empty>
            ${words.say('list.none')} <a class="link" href="/cases?state=all">${words.say('list.showAll')}</a>
          </p>`
        : html`<ul class="case-list plain" aria-describedby="count">
            ${cases.map((each) => html`<li class="card">${row(reading, shown, each)}</li>`)}
          </ul>`
    }
    ${pager(words, shown)}
    ${shown.decides && total > 0 && stale === undefined && html`<div class="for-all">${bulkForm(words, shown)} ${exportForm(words, shown)}</div>`}
  </div>`
}

/** Two ways in that are one key press each: everything that waits, and what is past a date. */
function lateLinks(words: Words, { filter, lateCount, order }: ListShown): Html {
  const to = (late: boolean, text: string): Html =>
    (filter.late === 'yes') === late
      ? html`<b aria-current="page">${text}</b>`
      : html`<a
          class="link"
          href="/cases?${filterQuery({ state: 'waiting', ...(late && { late: 'yes' as const }) }, { order })}"
          >${text}</a
        >`
  return html`<nav aria-label="${words.say('late.nav')}" class="late-nav">
    <p>${to(false, words.say('late.all'))} · ${to(true, words.say('late.count', { total: lateCount }))}</p>
  </nav>`
}

const orders = ['oldest', 'risk'] as const

function row(reading: CaseReading, { clocks }: ListShown, each: ListedCase): Html {
  const { words } = reading
  const clock = clocks[each.institution ?? ''] ?? {}
  const isDecided = each.state === 'closed' || each.state === 'decided'
  const next = isDecided ? undefined : nextStepOf(reading, { ...each, clock })
  const passed = isDecided ? undefined : passedDeadline(deadlinesOf(each.kind, each.openedAt, clock), reading.now)
  return html`<div class="case-row">
    <div>
      <a class="case-number" href="/cases/${each.number}">${words.say('case.title', { number: each.number })}</a>
      <span class="block">${words.say(`kind.${each.kind}`)}</span>
      <span class="muted block">${each.institutionName ?? words.say('list.noBank')}</span>
    </div>
    <div>
      <span class="badge">${words.say(`state.${each.state}`)}</span>
      ${each.waitsForMe && html`<span class="badge strong">${words.say('list.forMe')}</span>`}
      <span class="muted block"
        >${each.finding === undefined ? whose(words, each) : words.say(`finding.${each.finding}`)}</span
      >
    </div>
    <div>
      ${
        passed !== undefined &&
        html`<span class="block late"
          ><b>${words.say('urgency.late')}</b> ${sayStep(reading, { step: passed, urgency: 'late' })}</span
        >`
      }
      ${
        next === undefined
          ? undefined
          : html`<span class="block ${next.urgency}"
              ><b>${words.say(`urgency.${next.urgency}`)}</b> ${sayStep(reading, next)}</span
            >`
      }
      ${each.state !== 'closed' && html`<span class="muted block">${sayWaited(reading, each.openedAt)}</span>`}
    </div>
    <div>
      <span class="block">${sayRisk(reading, each.risk)}</span>
      ${each.similar > 0 && html`<span class="muted block">${words.say('list.similar', { count: each.similar })}</span>`}
      ${each.joined > 0 && html`<span class="muted block">${words.say('list.joined', { count: each.joined })}</span>`}
    </div>
  </div>`
}

function whose(words: Words, each: ListedCase): string {
  if (each.isMine) return words.say('list.mine')
  return each.assignedTo === undefined
    ? words.say('list.nobodys')
    : words.say('list.theirs', { login: each.assignedTo })
}

function filterForm(words: Words, { filter, banks, order }: ListShown): Html {
  const labelled = (name: string, values: readonly string[]) =>
    values.map((value) => [value, words.say(`${name}.${value}`)] as const)
  const isSet = filter.state !== 'waiting' || filterFields(filter).length > 1
  return html`<details class="card" ${isSet && html` open`}>
    <summary>${words.say('filter.title')}</summary>
    <form method="get" action="/cases" class="filter">
      <input type="hidden" name="order" value="${order}" />
      ${choice(words, { name: 'state', values: labelled('state', states), chosen: filter.state, any: false })}
      ${choice(words, { name: 'kind', values: labelled('kind', caseKinds), chosen: filter.kind, any: true })}
      ${choice(words, { name: 'whose', values: labelled('whose', whoses), chosen: filter.whose, any: true })}
      ${choice(words, { name: 'late', values: [['yes', words.say('late.yes')]], chosen: filter.late, any: true })}
      ${banks.length > 1 && choice(words, { name: 'bank', values: banks.map(({ id, name }) => [id, name] as const), chosen: filter.bank, any: true })}
      <div>
        <label for="number">${words.say('filter.number')}</label>
        <input
          id="number"
          name="number"
          inputmode="numeric"
          autocomplete="off"
          maxlength="9"
          value="${filter.number ?? ''}"
        />
      </div>
      <button type="submit" class="quiet">${words.say('filter.button')}</button>
    </form>
  </details>`
}

const whoses = ['mine', 'nobody'] as const

type Choice = {
  readonly name: string
  readonly values: readonly (readonly [string, string])[]
  readonly chosen: string | undefined
  /** Whether nothing chosen is a choice. */
  readonly any: boolean
}

function choice(words: Words, { name, values, chosen, any }: Choice): Html {
  return html`<div>
    <label for="${name}">${words.say(`filter.${name}`)}</label>
    <select id="${name}" name="${name}">
      ${any && html`<option value="">${words.say('filter.any')}</option>`}
      ${values.map(([value, label]) => html`<option value="${value}" ${value === chosen && html` selected`}>${label}</option>`)}
    </select>
  </div>`
}

function pager(words: Words, { filter, order, page, total }: ListShown): Html | undefined {
  const pages = Math.ceil(total / listedMax)
  if (pages <= 1) return undefined
  const to = (target: number, word: string): Html | undefined =>
    target < 1 || target > pages
      ? undefined
      : html`<a class="link" href="/cases?${filterQuery(filter, { order, page: String(target) })}"
          >${words.say(word)}</a
        > `
  return html`<nav aria-label="${words.say('list.pages')}">
    <p>${to(page - 1, 'list.before')} ${words.say('list.page', { page, pages })} ${to(page + 1, 'list.after')}</p>
  </nav>`
}

/** Acts on every case that matches, on however many pages. */
function bulkForm(words: Words, { filter, total }: ListShown): Html {
  return html`<form method="post" action="/cases/bulk" class="card">
    <h2 class="first">${words.say('bulk.title', { total: Math.min(total, bulkMax) })}</h2>
    <p class="muted">${words.say('bulk.body', { max: bulkMax })}</p>
    ${hidden(filter)}
    <label for="act">${words.say('bulk.act')}</label>
    <select id="act" name="act">
      <option value="take">${words.say('bulk.act.take')}</option>
      <option value="release">${words.say('bulk.act.release')}</option>
      ${caseFindings.flatMap((finding) =>
        caseRefunds.map(
          (refund) =>
            html`<option value="propose:${finding}:${refund}">
              ${words.say('bulk.act.propose', { finding: words.say(`finding.${finding}`), refund: words.say(`refund.${refund}`) })}
            </option>`,
        ),
      )}
    </select>
    <button type="submit" class="quiet">${words.say('bulk.button')}</button>
  </form>`
}

function exportForm(words: Words, { filter }: ListShown): Html {
  return html`<form method="post" action="/cases/export" class="card">
    <h2 class="first">${words.say('export.title')}</h2>
    <p class="muted">${words.say('export.body')}</p>
    ${hidden(filter)}
    <button type="submit" name="form" value="csv" class="quiet">${words.say('export.csv')}</button>
    <button type="submit" name="form" value="json" class="quiet">${words.say('export.json')}</button>
  </form>`
}

/** A filter as hidden fields of a form. */
export function hidden(filter: CaseFilter): readonly Html[] {
  return filterFields(filter).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
}
