import type { Cutoff } from '../consent/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { isInScope } from '../staff/index.ts'
import type { StaffMember, StaffName } from '../staff/index.ts'
import { momentOf } from '../staff-pages/index.ts'
import type { ConsoleDeps } from './console-route.ts'
import { coversOf, nameOf, targetsFor } from './cutoff-names.ts'
import type { BankName } from './cutoff-names.ts'
import { showCutoffForm } from './show-cutoff-form.ts'
import type { CutoffDraft } from './show-cutoff-form.ts'
import { showReach } from './show-reach.ts'

type Reading = { readonly words: Words; readonly deps: Pick<ConsoleDeps, 'timeZone'>; readonly now: number }

/** Everything the page of cut-offs shows. */
export type CutoffsShown = {
  readonly list: readonly Cutoff[]
  readonly banks: readonly BankName[]
  readonly people: readonly StaffName[]
  readonly member: StaffMember
  readonly draft: CutoffDraft | undefined
  readonly done: 'cut' | 'first' | 'lifted' | undefined
  /** Said where the list could not be read now; to cut off still works, and is checked again. */
  readonly stale: Html | undefined
}

/** What is cut off now, the form to cut something off, and what was. */
export function showCutoffs(reading: Reading, shown: CutoffsShown): Html {
  const { words, deps, now } = reading
  const { member, banks, draft, done } = shown
  // A bank's own people see their bank's matters; what concerns every bank, everybody sees.
  const own = shown.list.filter(({ kind, target }) => kind !== 'institution' || isInScope(member, target))
  const open = own.filter(({ liftedAt }) => liftedAt === undefined)
  const over = own.filter(({ liftedAt }) => liftedAt !== undefined)
  const targets = targetsFor(words, banks, member)
  return html`<h1>${words.say('cutoffs.title')}</h1>
    ${done !== undefined && html`<p class="note" role="status">${words.say('cutoffs.done', { done })}</p>`}
    <p class="muted">
      ${words.say('cutoffs.asOf', { time: momentOf(deps, words, now) })}
      <a class="link" href="/console/cutoffs">${words.say('cutoffs.again')}</a>
    </p>
    ${shown.stale}
    ${open.length === 0 ? html`<p class="card" data-empty>${words.say('cutoffs.none')}</p>` : open.map((cutoff) => card(reading, shown, cutoff))}
    ${targets.length === 0 ? html`<p class="note">${words.say('cutoffs.onlyOperators', { role: member.role })}</p>` : showCutoffForm(words, targets, draft)}
    <h2>${words.say('past.title')}</h2>
    ${over.length === 0 ? html`<p class="muted">${words.say('past.none')}</p>` : over.map((cutoff) => past(reading, shown, cutoff))}`
}

function card(reading: Reading, shown: CutoffsShown, cutoff: Cutoff): Html {
  const { words, deps } = reading
  const name = nameOf(words, shown.banks, cutoff)
  return html`<section class="card cut" aria-labelledby="cut-${cutoff.id}">
    <h2 class="first" id="cut-${cutoff.id}"><span class="badge danger">${words.say('card.badge')}</span> ${name}</h2>
    <p class="muted">${coversOf(words, cutoff)}</p>
    <dl class="facts">
      <dt>${words.say('card.since')}</dt>
      <dd>${momentOf(deps, words, cutoff.cutAt)}</dd>
      <dt>${words.say('card.by')}</dt>
      <dd>${loginOf(shown.people, cutoff.cutBy)}</dd>
      <dt>${words.say('card.reason')}</dt>
      <dd>${cutoff.reason}</dd>
      ${showReach(words, cutoff)}
    </dl>
    ${lifting(reading, shown, cutoff, name)}
  </section>`
}

/** Where lifting stands: nobody yet, one person, or (for that person) waiting for the other. */
function lifting({ words, deps }: Reading, { member, people }: CutoffsShown, cutoff: Cutoff, name: string): Html {
  const [first] = cutoff.lifts
  const mayAct =
    member.role === 'operator' &&
    (cutoff.kind === 'institution' ? isInScope(member, cutoff.target) : member.institutions === undefined)
  const hasSigned = cutoff.lifts.some(({ staff }) => staff === member.id)
  return html`${
    first === undefined
      ? html`<p>${words.say('lift.nobody')}</p>`
      : html`<p class="note">
          ${words.say('lift.first', { login: loginOf(people, first.staff), time: momentOf(deps, words, first.at) })}
        </p>`
  }${
    mayAct &&
    !hasSigned &&
    html`<form method="post" action="/console/cutoffs/${cutoff.id}/lift">
      <button
        type="submit"
        class="quiet"
        aria-label="${words.say('lift.buttonFor', { name, step: first === undefined ? 'first' : 'second' })}"
      >
        ${words.say('lift.button', { step: first === undefined ? 'first' : 'second' })}
      </button>
    </form>`
  }${hasSigned && html`<p class="muted">${words.say('lift.waiting')}</p>`}`
}

function past({ words, deps }: Reading, { banks, people }: CutoffsShown, cutoff: Cutoff): Html {
  return html`<details>
    <summary>
      ${words.say('past.line', { name: nameOf(words, banks, cutoff), from: momentOf(deps, words, cutoff.cutAt) })}
    </summary>
    <dl class="facts">
      <dt>${words.say('past.until')}</dt>
      <dd>${cutoff.liftedAt !== undefined && momentOf(deps, words, cutoff.liftedAt)}</dd>
      <dt>${words.say('card.by')}</dt>
      <dd>${loginOf(people, cutoff.cutBy)}</dd>
      <dt>${words.say('past.liftedBy')}</dt>
      <dd>${[...new Set(cutoff.lifts.map(({ staff }) => loginOf(people, staff)))].join(', ')}</dd>
      <dt>${words.say('card.reason')}</dt>
      <dd>${cutoff.reason}</dd>
      ${showReach(words, cutoff)}
    </dl>
  </details>`
}

function loginOf(people: readonly StaffName[], id: StaffMember['id']): string {
  return people.find((person) => person.id === id)?.login ?? id
}
