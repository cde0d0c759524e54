import type { SeenUse } from '../alerts/index.ts'
import { caseFindings, caseRefunds, formatMoney } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { OpenedCase, RelatedCase, TimelineEvent } from './case-store.ts'
import { nextStepOf, sayDay, sayMoment, sayRisk, sayStep } from './case-words.ts'
import type { CaseReading } from './case-words.ts'
import { deadlinesOf } from './regulatory-clock.ts'
import type { BankClock } from './regulatory-clock.ts'
import { stepsOf } from './step-case.ts'
import type { CaseStep } from './step-case.ts'

/** A note as it was written; undefined where its key is gone. */
export type TimelineShown = TimelineEvent & { readonly text: string | undefined }

/** What came of opening the evidence. */
export type EvidenceShown = { readonly as: 'opened'; readonly uses: readonly SeenUse[] } | { readonly as: 'stopped' }

/** Everything the page of a case shows. */
export type CaseShown = {
  readonly opened: OpenedCase
  /** What the customer wrote; undefined where the conversation, and with it the key, is gone. */
  readonly words: string | undefined
  readonly timeline: readonly TimelineShown[]
  readonly related: readonly RelatedCase[]
  readonly decides: boolean
  readonly clock: BankClock
  readonly evidence: EvidenceShown | undefined
  readonly done: string | undefined
  /** Said where the case could not be read now: how it stood is all that is shown then, and nothing can be done. */
  readonly stale: Html | undefined
}

/** What may be done to the case by the person before it. */
export function stepsFor({ opened, decides }: Pick<CaseShown, 'opened' | 'decides'>): readonly CaseStep[] {
  const { state, joined, events, isMine, assignedTo, proposal } = opened
  return stepsOf({
    state,
    isJoined: joined !== undefined,
    hasEvidence: events.length > 0,
    assigned: isMine ? 'me' : assignedTo === undefined ? 'nobody' : 'another',
    proposal: proposal === undefined ? 'none' : proposal.byMe ? 'mine' : 'anothers',
    decides,
  })
}

/** One case: how it stands and by when, what the customer said, what is behind it, what resembles it, and everything that happened. */
export function showCase(reading: CaseReading, shown: CaseShown): Html {
  const { words } = reading
  const { opened, stale } = shown
  const head = html`<p><a class="link" href="/cases">${words.say('case.back')}</a></p>
    <h1>${words.say('case.title', { number: opened.number })}: ${words.say(`kind.${opened.kind}`)}</h1>`
  if (stale !== undefined) {
    return html`<div class="cases-page">
      ${head} ${stale}
      <p class="note">${words.say('case.staleWords')}</p>
      <div class="case-columns">
        <div>${standing(reading, shown, [])}</div>
        <div>${relatedCard(reading, shown)}</div>
      </div>
      ${timelineCard(reading, shown)}
    </div>`
  }
  const steps = stepsFor(shown)
  return html`<div class="cases-page">
    ${head} ${shown.done !== undefined && html`<p class="note" role="status">${words.say(`done.${shown.done}`)}</p>`}
    ${
      opened.joined !== undefined &&
      html`<p class="note warn">
        ${words.say(`case.joined.${opened.joined.because}`)}
        <a href="/cases/${opened.joined.to}">${words.say('case.title', { number: opened.joined.to })}</a>
      </p>`
    }
    <p class="note">${words.say('case.looked')}</p>
    <div class="case-columns">
      <div>${standing(reading, shown, steps)} ${saidCard(reading, shown)} ${evidenceCard(reading, shown, steps)}</div>
      <div>
        ${proposalCard(reading, shown, steps)} ${decisionForm(reading, shown, steps)} ${relatedCard(reading, shown)}
      </div>
    </div>
    ${timelineCard(reading, shown)} ${noteForm(reading, shown, steps)}
  </div>`
}

function standing(reading: CaseReading, { opened, clock }: CaseShown, steps: readonly CaseStep[]): Html {
  const { words } = reading
  const isOver = opened.state === 'closed' || opened.state === 'decided'
  const next = isOver ? undefined : nextStepOf(reading, { ...opened, clock })
  return html`<section class="card" aria-labelledby="standing">
    <h2 class="first" id="standing">${words.say('case.standing')}</h2>
    <p><span class="badge">${words.say(`state.${opened.state}`)}</span></p>
    ${next !== undefined && html`<p class="${next.urgency}"><b>${words.say(`urgency.${next.urgency}`)}</b> ${sayStep(reading, next)}</p>`}
    <dl class="facts">
      <dt>${words.say('case.bank')}</dt>
      <dd>${opened.institutionName ?? words.say('list.noBank')}</dd>
      <dt>${words.say('case.opened')}</dt>
      <dd>${sayMoment(reading, opened.openedAt)}</dd>
      <dt>${words.say('case.risk')}</dt>
      <dd>${sayRisk(reading, opened.risk)}</dd>
      <dt>${words.say('case.whose')}</dt>
      <dd>${opened.assignedTo ?? words.say('list.nobodys')}</dd>
      ${
        opened.finding !== undefined &&
        opened.refund !== undefined &&
        html`<dt>${words.say('case.finding')}</dt>
          <dd>${words.say(`finding.${opened.finding}`)}. ${words.say(`refund.${opened.refund}`)}</dd>`
      }
    </dl>
    ${holding(reading, opened, steps)}
    ${
      !isOver &&
      html`<details>
        <summary>${words.say('case.dates')}</summary>
        <ul class="plain">
          ${deadlinesOf(opened.kind, opened.openedAt, clock).map(
            (step) =>
              html`<li>
                ${words.say(`clock.what.${step.what}`)}: ${sayDay(reading, step.at)}
                <span class="muted block"
                  >${words.say('clock.why', { days: step.days, counted: step.counted, basis: step.basis })}</span
                >
              </li>`,
          )}
        </ul>
      </details>`
    }
  </section>`
}

function proposalCard(reading: CaseReading, { opened }: CaseShown, steps: readonly CaseStep[]): Html | undefined {
  const { words } = reading
  const { proposal } = opened
  if (proposal === undefined) return undefined
  return html`<section class="card asks" aria-labelledby="proposal">
    <h2 class="first" id="proposal">${words.say('proposal.title')}</h2>
    <p>${words.say(`finding.${proposal.finding}`)}. ${words.say(`refund.${proposal.refund}`)}.</p>
    <p class="muted">${words.say('proposal.by', { login: proposal.by, time: sayMoment(reading, proposal.at) })}</p>
    ${steps.includes('confirm') && form(`/cases/proposals/${proposal.id}/sign`, words.say('proposal.confirm'), '')}
    ${steps.includes('refuse') && form(`/cases/proposals/${proposal.id}/turn-down`, words.say('proposal.refuse'), 'quiet')}
    ${steps.includes('withdraw') && html`<p>${words.say('proposal.another')}</p>`}
    ${steps.includes('withdraw') && form(`/cases/proposals/${proposal.id}/turn-down`, words.say('proposal.withdraw'), 'quiet')}
  </section>`
}

function form(action: string, label: string, style: '' | 'quiet'): Html {
  return html`<form method="post" action="${action}"><button type="submit" class="${style}">${label}</button></form>`
}

function decisionForm({ words }: CaseReading, { opened }: CaseShown, steps: readonly CaseStep[]): Html | undefined {
  if (!steps.includes('propose')) return undefined
  return html`<form method="post" action="/cases/${opened.number}/propose" class="card">
    <h2 class="first">${words.say('propose.title')}</h2>
    <p class="muted">${words.say('propose.body')}</p>
    <label for="finding">${words.say('propose.finding')}</label>
    <select id="finding" name="finding">
      ${caseFindings.map((finding) => html`<option value="${finding}">${words.say(`finding.${finding}`)}</option>`)}
    </select>
    <label for="refund" class="after-field">${words.say('propose.refund')}</label>
    <select id="refund" name="refund">
      ${caseRefunds.map((refund) => html`<option value="${refund}">${words.say(`propose.refund.${refund}`)}</option>`)}
    </select>
    <button type="submit">${words.say('propose.button')}</button>
  </form>`
}

function holding({ words }: CaseReading, opened: OpenedCase, steps: readonly CaseStep[]): Html {
  return html`<div class="actions">
    ${steps.includes('take') && form(`/cases/${opened.number}/take`, words.say('case.take'), 'quiet')}
    ${steps.includes('release') && form(`/cases/${opened.number}/release`, words.say('case.release'), 'quiet')}
    ${steps.includes('unjoin') && form(`/cases/${opened.number}/unjoin`, words.say('case.unjoin'), 'quiet')}
  </div>`
}

function saidCard({ words }: CaseReading, { words: said }: CaseShown): Html {
  return html`<section class="card" aria-labelledby="said">
    <h2 class="first" id="said">${words.say('case.said')}</h2>
    ${said === undefined ? html`<p class="muted">${words.say('case.saidGone')}</p>` : lines(said)}
  </section>`
}

function lines(text: string): Html {
  return html`<p class="quote">${text.split('\n').map((line) => html`<span class="block">${line}</span>`)}</p>`
}

function evidenceCard(reading: CaseReading, { opened, evidence }: CaseShown, steps: readonly CaseStep[]): Html {
  const { words } = reading
  return html`<section class="card" aria-labelledby="evidence">
    <h2 class="first" id="evidence">${words.say('evidence.title')}</h2>
    ${opened.events.length === 0 && html`<p class="muted">${words.say('evidence.none')}</p>`}
    ${evidence === undefined && opened.events.length > 0 && html`<p>${words.say('evidence.sealed', { count: opened.events.length })}</p>`}
    ${evidence?.as === 'stopped' && html`<p class="note warn">${words.say('evidence.stopped')}</p>`}
    ${evidence?.as === 'opened' && evidence.uses.map((use) => useCard(reading, use))}
    ${evidence === undefined && steps.includes('open-evidence') && html`<p class="muted">${words.say('evidence.logged')}</p>`}
    ${evidence === undefined && steps.includes('open-evidence') && form(`/cases/${opened.number}/evidence`, words.say('evidence.button'), 'quiet')}
  </section>`
}

function useCard(reading: CaseReading, use: SeenUse): Html {
  const { words } = reading
  const { city, region, country } = use.merchant
  const place = [city, region, country].filter((name) => name !== undefined && name !== '').join(', ')
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['use.merchant', use.merchant.name],
    ['use.place', place === '' ? undefined : place],
    ['use.time', sayMoment(reading, use.at)],
    ['use.card', use.cardLastDigits === undefined ? undefined : `•••• ${use.cardLastDigits}`],
    ['use.presence', words.say(`presence.${use.presence}`)],
    ['use.reference', use.reference],
  ]
  return html`<article>
    <p class="money">${formatMoney(use.amount, words.language)}</p>
    <dl class="facts">
      ${rows.flatMap(([label, value]) =>
        value === undefined
          ? []
          : [
              html`<dt>${words.say(label)}</dt>
                <dd>${value}</dd>`,
            ],
      )}
    </dl>
  </article>`
}

function relatedCard(reading: CaseReading, { related }: CaseShown): Html {
  const { words } = reading
  return html`<section class="card" aria-labelledby="related">
    <h2 class="first" id="related">${words.say('related.title')}</h2>
    ${
      related.length === 0
        ? html`<p class="muted">${words.say('related.none')}</p>`
        : html`<ul class="plain">
            ${related.map(
              (each) =>
                html`<li>
                  <a href="/cases/${each.number}">${words.say('case.title', { number: each.number })}</a>
                  <span class="muted block"
                    >${words.say(`relation.${each.relation}`)} · ${words.say(`kind.${each.kind}`)} ·
                    ${each.finding === undefined ? words.say(`state.${each.state}`) : words.say(`finding.${each.finding}`)}
                    · ${sayDay(reading, each.openedAt)}</span
                  >
                </li>`,
            )}
          </ul>`
    }
    <p class="hint">${words.say('related.how')}</p>
  </section>`
}

function timelineCard(reading: CaseReading, { timeline }: CaseShown): Html {
  const { words } = reading
  return html`<section class="card" aria-labelledby="timeline">
    <h2 class="first" id="timeline">${words.say('timeline.title')}</h2>
    <ol class="plain timeline">
      ${timeline.map(
        (event) =>
          html`<li>
            <span class="muted">${sayMoment(reading, event.at)}</span>
            <span class="block">${sayEvent(reading, event)}</span>
            ${event.note !== undefined && (event.text === undefined ? html`<p class="muted">${words.say('case.saidGone')}</p>` : lines(event.text))}
          </li>`,
      )}
    </ol>
  </section>`
}

function sayEvent({ words }: CaseReading, { kind, login, about, other }: TimelineEvent): string {
  const topic = topicOf(kind)
  const what = topic === undefined || about === undefined ? '' : words.say(`${topic}.${about}`)
  return words.say(`event.${kind}`, { login: login ?? words.say('event.nobody'), what, other: other ?? '' })
}

function topicOf(kind: string): string | undefined {
  switch (kind) {
    case 'opened':
      return 'kind'
    case 'proposed':
    case 'refused':
    case 'withdrawn':
    case 'decided':
      return 'finding'
    case 'joined':
      return 'relation'
    case 'told':
      return 'told'
    default:
      return undefined
  }
}

function noteForm({ words }: CaseReading, { opened }: CaseShown, steps: readonly CaseStep[]): Html | undefined {
  if (!steps.includes('note')) return undefined
  return html`<form method="post" action="/cases/${opened.number}/note" class="card">
    <label for="note">${words.say('note.label')}</label>
    <textarea
      id="note"
      name="note"
      rows="3"
      maxlength="${noteCharactersMax}"
      required
      aria-describedby="note-hint"
    ></textarea>
    <p class="hint" id="note-hint">${words.say('note.hint')}</p>
    <button type="submit" class="quiet">${words.say('note.button')}</button>
  </form>`
}

/** What fits a note. */
export const noteCharactersMax = 2_000
