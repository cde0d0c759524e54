import type { Language } from '../channels/index.ts'
import type { Instant } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { HandoverId } from './handover-id.ts'

/** What a row of the list is made of, whichever way it came. */
export type RowFacts = {
  readonly handover: HandoverId
  readonly institutionName: string | undefined
  readonly because: string
  readonly priority: 'urgent' | 'normal'
  readonly language: Language
  readonly askedAt: Instant
  readonly deadlineAt: Instant
  readonly isMine: boolean
  readonly lapses: number
  readonly unanswered: number
  readonly fits: boolean
  readonly botFailed: boolean
}

export type Badge = { readonly kind: 'urgent' | 'late' | 'mine' | 'new' | 'plain' | 'bot'; readonly text: string }

/** A row in words, for the page and for the page's script alike. Nothing in it is what a person wrote. */
export type PlaceRow = {
  readonly id: HandoverId
  /** Where it stands: texts compare as places do. */
  readonly order: string
  readonly title: string
  readonly detail: string
  readonly badges: readonly Badge[]
  readonly isMine: boolean
  /** From when it is late, and what is said then; of one's own, nothing is. */
  readonly lateAt: number | null
  readonly late: string
}

/** Puts a place into words. `now` decides only what is shown as late. */
export function rowOf(words: Words, timeZone: string, facts: RowFacts, now: Instant): PlaceRow {
  const { handover, because, language, isMine, priority, fits } = facts
  const time = (at: Instant): string => timeOf(words, timeZone, at)
  const key = `because.${because}`
  const isLate = !isMine && facts.deadlineAt <= now
  const badges: readonly (Badge | false)[] = [
    isMine && { kind: 'mine', text: words.say('badge.mine') },
    priority === 'urgent' && { kind: 'urgent', text: words.say('badge.urgent') },
    isLate && { kind: 'late', text: words.say('badge.late') },
    facts.unanswered > 0 && isMine && { kind: 'new', text: words.say('badge.new', { count: facts.unanswered }) },
    facts.botFailed && { kind: 'bot', text: words.say('badge.bot') },
    facts.lapses > 0 && { kind: 'plain', text: words.say('badge.lapsed', { count: facts.lapses }) },
    !fits && { kind: 'plain', text: words.say('badge.other') },
  ]
  const when = isMine
    ? words.say('inbox.since', { time: time(facts.askedAt) })
    : words.say('inbox.due', { time: time(facts.deadlineAt) })
  const spoken = words.say(`language.${language}`)
  return {
    id: handover,
    order: `${isMine ? 0 : 1}${priority === 'urgent' ? 0 : 1}${fits ? 0 : 1}${String(facts.deadlineAt).padStart(15, '0')}`,
    title: words.has(key) ? words.say(key) : because,
    detail: [facts.institutionName, spoken, when].filter((part) => part !== undefined).join(' · '),
    badges: badges.filter((badge) => badge !== false),
    isMine,
    lateAt: isMine || isLate ? null : facts.deadlineAt,
    late: words.say('badge.late'),
  }
}

/** The hour in the desk's zone; the day with it when it is another one. */
export function timeOf(words: Words, timeZone: string, at: Instant): string {
  return new Intl.DateTimeFormat(words.language, {
    timeZone,
    hour: 'numeric',
    minute: '2-digit',
    month: 'short',
    day: 'numeric',
  }).format(at)
}

/** A row of the list: a link to what is one's own, a button to take what is not. */
export function showRow(row: PlaceRow, open: HandoverId | undefined): Html {
  const inside = html`<span class="row-title">${row.title}</span>
    <span class="row-badges"
      >${row.badges.map(({ kind, text }) => html`<span class="badge ${kind}">${text}</span>`)}</span
    >
    <span class="row-detail">${row.detail}</span>`
  return html`<li
    data-id="${row.id}"
    data-order="${row.order}"
    ${row.lateAt !== null && html` data-late-at="${String(row.lateAt)}"`}
    data-late="${row.late}"
  >
    ${
      row.isMine
        ? html`<a class="place" href="/desk/${row.id}" ${row.id === open && html` aria-current="page"`}>${inside}</a>`
        : html`<form method="post" action="/desk/${row.id}/take">
            <button type="submit" class="place">${inside}</button>
          </form>`
    }
  </li>`
}
