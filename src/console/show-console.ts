import type { FastifyReply } from 'fastify'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { momentOf, type StaffCall, staffFrame } from '../staff-pages/index.ts'
import type { Seen, StaffPlace } from '../staff-pages/index.ts'
import type { ConsoleDeps, ConsoleTools } from './console-route.ts'

/** What a page of the console is made with: the reader's words, and what says times. */
export type Reading = { readonly words: Words; readonly deps: Pick<ConsoleDeps, 'timeZone'> }

/** Shows a page of the console in the staff's frame. */
export function showConsole(
  tools: ConsoleTools,
  call: StaffCall,
  page: {
    readonly place: StaffPlace
    readonly title: string
    readonly body: Html
    readonly script?: string
    readonly status?: number
  },
): FastifyReply {
  const { place, title, body, script, status } = page
  return tools.show(call.request, call.reply, {
    title,
    style: ['staff', 'console'],
    ...(script === undefined ? {} : { script }),
    ...(status === undefined ? {} : { status }),
    ...staffFrame(call, place),
    body: html`<div class="wide">
      <h1>${title}</h1>
      ${body}
    </div>`,
  })
}

/** When the figures were read; where they are old, that they are, and since when. */
export function checkedAt({ words, deps }: Reading, seen: Pick<Seen<unknown>, 'checkedAt' | 'isStale'>): Html {
  const time = momentOf(deps, words, seen.checkedAt)
  return seen.isStale
    ? html`<p class="note warn" role="status" data-stale>${words.say('figures.stale', { time })}</p>`
    : html`<p class="muted">${words.say('figures.checked', { time })}</p>`
}

/** A count of people: fewer than five are never a number. */
export function sayFew(words: Words, count: number | undefined): string {
  return count === undefined ? words.say('figures.few') : words.say('figures.count', { count })
}

/** A table. On a phone each row is a block and each cell says its head; roles keep it a table for whoever hears it. */
export function table(label: string, heads: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="rows" role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map(
          (cells) =>
            html`<tr role="row">
              ${cells.map((cell, at) => html`<td role="cell" data-head="${heads[at] ?? ''}"><span class="cell">${cell}</span></td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** A value of the product's own lists as a sentence's choice: words without hyphens. */
export function choice(value: string): string {
  return value.replaceAll('-', '_')
}
