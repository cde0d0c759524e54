import { channelNames, platformNames } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import { momentOf } from '../staff-pages/index.ts'
import { auditRowsMax } from './audit-look-store.ts'
import type { AuditFilter, AuditLook, AuditRow } from './audit-look-store.ts'
import { nameOf } from './cutoff-names.ts'
import type { BankName } from './cutoff-names.ts'
import { purposeNames } from './purpose-names.ts'
import { choice, table } from './show-console.ts'
import type { Reading } from './show-console.ts'

/** Everything the audit explorer shows; `rows` undefined: nobody has asked yet. */
export type AuditShown = {
  readonly banks: readonly BankName[]
  readonly filter: AuditFilter
  readonly rows: readonly AuditRow[] | undefined
  readonly looks: readonly AuditLook[]
}

/** That looking is logged, the filter, the rows, and who else looked. */
export function showAudit(reading: Reading, shown: AuditShown): Html {
  const { words, deps } = reading
  return html`<p class="note">${words.say('audit.logged')}</p>
    ${filterForm(reading, shown)} ${shown.rows !== undefined && rowsOf(reading, shown, shown.rows)}
    <h2>${words.say('audit.looks')}</h2>
    ${shown.looks.length === 0 && html`<p>${words.say('audit.noLooks')}</p>`}
    <ul class="plain">
      ${shown.looks.map(({ at, login, entries }) => html`<li>${words.say('audit.look', { time: momentOf(deps, words, at), login, entries })}</li>`)}
    </ul>`
}

function filterForm({ words }: Reading, { banks, filter }: AuditShown): Html {
  const select = (name: keyof AuditFilter, values: readonly (readonly [string, string])[]): Html =>
    html`<div>
      <label for="f-${name}">${words.say('audit.filter', { name })}</label>
      <select id="f-${name}" name="${name}">
        <option value="">${words.say('audit.any')}</option>
        ${values.map(([value, said]) => html`<option value="${value}" ${value === filter[name] && html` selected`}>${said}</option>`)}
      </select>
    </div>`
  const input = (name: 'customer' | 'day' | 'entry', type: string): Html =>
    html`<div>
      <label for="f-${name}">${words.say('audit.filter', { name })}</label
      ><input id="f-${name}" name="${name}" type="${type}" value="${filter[name] ?? ''}" autocomplete="off" />
    </div>`
  return html`<form method="get" action="/console/audit" class="card filters">
    <input type="hidden" name="look" value="1" />
    ${select(
      'bank',
      banks.map(({ id, name }) => [id, name]),
    )}
    ${select(
      'purpose',
      purposeNames.map((name) => [name, words.say('name.purpose', { name: choice(name) })]),
    )}
    ${select(
      'platform',
      platformNames.map((name) => [name, words.say('name.platform', { name })]),
    )}
    ${select(
      'channel',
      channelNames.map((name) => [name, words.say('name.channel', { name: choice(name) })]),
    )}
    ${input('day', 'date')} ${input('customer', 'text')} ${input('entry', 'text')}
    <button type="submit">${words.say('audit.show')}</button>
  </form>`
}

function rowsOf(reading: Reading, { banks, filter }: AuditShown, rows: readonly AuditRow[]): Html {
  const { words } = reading
  const last = rows.at(-1)
  if (last === undefined) return html`<p class="card" data-empty>${words.say('audit.none')}</p>`
  return html`${table(
    words.say('audit.title'),
    ['time', 'customer', 'bank', 'what', 'where', 'proof'].map((head) => words.say('audit.head', { head })),
    rows.map((row) => auditRow(reading, banks, row)),
  )}
  ${
    rows.length === auditRowsMax &&
    html`<p>
      <a class="link" href="/console/audit?${queryOf({ ...filter, before: String(last.seq) })}"
        >${words.say('audit.older')}</a
      >
    </p>`
  }`
}

/** One entry, in cells. */
export function auditRow(
  { words, deps }: Reading,
  banks: readonly BankName[],
  row: AuditRow,
): readonly (string | Html)[] {
  const badge = { published: 'ok', merged: 'ok', waiting: 'warn', changed: 'danger' }[row.proof]
  return [
    momentOf(deps, words, row.at),
    html`<a href="/console/audit?${queryOf({ customer: row.customer })}"><code>${row.customer}</code></a>`,
    nameOf(words, banks, { kind: 'institution', target: row.institution }),
    words.say('audit.what', {
      event: row.event,
      class: words.say('name.class', { name: choice(row.data_class) }),
      purpose: words.say('name.purpose', { name: choice(row.purpose) }),
      level: row.level ?? 'nothing',
    }),
    words.say('name.channel', { name: choice(row.channel) }),
    html`<span class="badge ${badge}">${words.say('audit.proof', { proof: row.proof })}</span>`,
  ]
}

function queryOf(asked: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(asked).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
  return new URLSearchParams({ look: '1', ...Object.fromEntries(given) }).toString()
}
