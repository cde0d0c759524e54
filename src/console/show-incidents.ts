import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { may } from '../staff/index.ts'
import type { StaffMember } from '../staff/index.ts'
import { momentOf } from '../staff-pages/index.ts'
import type { BankName } from './cutoff-names.ts'
import { incidentLengths } from './incidents-store.ts'
import type { Incident, IncidentNote } from './incidents-store.ts'
import type { Reading } from './show-console.ts'
import type { Connection } from './standing-store.ts'

/** A form as it was typed, with something missing. */
export type IncidentDraft = {
  readonly bank: string
  readonly title: string
  readonly what: string
  readonly minutes: string
  readonly isWrong: true
}

/** Everything the page of incidents shows. */
export type IncidentsShown = {
  readonly banks: readonly BankName[]
  readonly member: StaffMember
  readonly incidents: readonly Incident[]
  readonly notes: readonly IncidentNote[]
  readonly suggested: readonly Connection[]
  readonly draft: IncidentDraft | undefined
  readonly done: 'told' | 'noted' | 'resolved' | undefined
}

/** Open incidents with what became known, the form for a new one, and those of the last month. */
export function showIncidents(reading: Reading, shown: IncidentsShown): Html {
  const { words } = reading
  const mayHandle = may(shown.member.role, 'handle-incidents')
  const open = shown.incidents.filter((each) => each.resolved_at === null)
  const past = shown.incidents.filter((each) => each.resolved_at !== null)
  return html`${shown.done !== undefined && html`<p class="note" role="status">${words.say('incidents.done', { done: shown.done })}</p>`}
  ${open.length === 0 && html`<p class="card" data-empty>${words.say('incidents.none')}</p>`}
  ${open.map((each) => incidentCard(reading, shown, each, mayHandle))}
  ${
    mayHandle &&
    shown.suggested.map(
      (each) =>
        html`<p class="note warn">
          ${words.say('incidents.suggested', { bank: bankName(words, shown.banks, each.institution), time: each.good_at === undefined ? words.say('figures.never') : momentOf(reading.deps, words, each.good_at) })}
        </p>`,
    )
  }
  ${mayHandle && tellForm(reading, shown)} ${past.length > 0 && html`<h2>${words.say('incidents.past')}</h2>`}
  ${past.map((each) => incidentCard(reading, shown, each, false))}`
}

function incidentCard({ words, deps }: Reading, shown: IncidentsShown, incident: Incident, mayHandle: boolean): Html {
  const own = shown.notes.filter((note) => note.incident === incident.id)
  const { id, resolved_at: resolvedAt, resolved_by: resolvedBy } = incident
  return html`<section class="card ${resolvedAt === null && 'cut'}" aria-labelledby="i-${id}">
    <h2 class="first" id="i-${id}">${incident.title}</h2>
    <p class="muted">
      ${words.say('incidents.since', { bank: bankName(words, shown.banks, incident.institution), time: momentOf(deps, words, incident.since), login: incident.opened_by })}
      ${resolvedAt !== null && words.say('incidents.resolved', { time: momentOf(deps, words, resolvedAt), login: resolvedBy ?? '' })}
    </p>
    <p class="typed">${incident.what}</p>
    <ul class="plain">
      ${own.map(({ at, login, note }) => html`<li><span class="muted">${momentOf(deps, words, at)}, ${login}:</span> <span class="typed">${note}</span></li>`)}
    </ul>
    ${
      mayHandle &&
      html`<form method="post" action="/console/incidents/${id}" class="after-field">
        <label for="n-${id}">${words.say('incidents.note')}</label
        ><textarea
          id="n-${id}"
          name="note"
          rows="2"
          required
          minlength="${incidentLengths.textMin}"
          maxlength="${incidentLengths.textMax}"
        ></textarea>
        <label class="check"
          ><input type="checkbox" name="resolve" value="yes" /> ${words.say('incidents.resolve')}</label
        >
        <button type="submit" class="quiet">${words.say('incidents.addNote')}</button>
      </form>`
    }
  </section>`
}

function tellForm({ words }: Reading, { banks, member, draft }: IncidentsShown): Html {
  const { titleMin, titleMax, textMin, textMax } = incidentLengths
  const choices = [
    ...(member.institutions === undefined ? [['all', words.say('incidents.all')] as const] : []),
    ...banks.map(({ id, name }) => [id, name] as const),
  ]
  return html`<form method="post" action="/console/incidents" class="card">
    <h2>${words.say('incidents.tell')}</h2>
    <p class="hint">${words.say('incidents.tellHint')}</p>
    ${draft !== undefined && html`<p class="note danger" role="alert">${words.say('incidents.wrong', { titleMin, titleMax, textMin, textMax })}</p>`}
    <label for="t-bank">${words.say('incidents.where')}</label>
    <select id="t-bank" name="bank" required>
      ${choices.map(([value, said]) => html`<option value="${value}" ${value === draft?.bank && html` selected`}>${said}</option>`)}
    </select>
    <label for="t-title">${words.say('incidents.titleField')}</label
    ><input
      id="t-title"
      name="title"
      value="${draft?.title ?? ''}"
      required
      minlength="${titleMin}"
      maxlength="${titleMax}"
      autocomplete="off"
    />
    <label for="t-what">${words.say('incidents.what')}</label
    ><textarea id="t-what" name="what" rows="3" required minlength="${textMin}" maxlength="${textMax}">
${draft?.what ?? ''}</textarea>
    <label for="t-minutes">${words.say('incidents.minutes')}</label
    ><input id="t-minutes" name="minutes" type="number" min="0" max="10080" value="${draft?.minutes ?? '0'}" required />
    <button type="submit">${words.say('incidents.button')}</button>
  </form>`
}

function bankName(words: Words, banks: readonly BankName[], id: string | null): string {
  return id === null ? words.say('incidents.all') : (banks.find((bank) => bank.id === id)?.name ?? id)
}
