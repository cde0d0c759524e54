import { html, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { listStored } from './stored-store.ts'
import type { StoredRows } from './stored-store.ts'

/** Everything stored about the customer: each kind of row in words, how many, until when. */
export function addStoredPages(scope: HttpServer, tools: CentreTools): void {
  scope.get(
    '/me/stored',
    limited,
    signedIn(tools, async (call) => {
      const { words } = call.reader
      const stored = await listStored(tools.deps.centre.database, call.session.hash)
      const held = stored.filter(({ count }) => count > 0)
      const none = stored.filter(({ count }) => count === 0)
      return showCentre(tools, call, {
        title: words.say('stored.title'),
        body: html`<h1>${words.say('stored.title')}</h1>
          <p>${words.say('stored.body')}</p>
          <ul class="rows plain">
            ${held.map((rows) => showRows(call, rows))}
          </ul>
          <p class="note">${words.say('stored.keys')}</p>
          <details>
            <summary>${words.say('stored.nothing', { count: none.length })}</summary>
            <ul class="rows plain">
              ${none.map((rows) => html`<li>${whatIs(call, rows)}</li>`)}
            </ul>
          </details>
          <p class="muted">${words.say('stored.elsewhere')}</p>
          <p class="muted">
            ${words.say('looks.checked', { time: readerTime.moment(call.reader, tools.deps.clock.now()) })}
          </p>`,
      })
    }),
  )
}

/** What a table holds, in words. */
export function whatIs({ reader }: Pick<Call, 'reader'>, rows: StoredRows): string {
  return reader.words.say(`stored.${rows.table}`)
}

function showRows(call: Call, rows: StoredRows): Html {
  const { reader } = call
  const until =
    rows.until === undefined
      ? reader.words.say(`until.${rows.table}`)
      : reader.words.say('stored.until', { until: readerTime.moment(reader, rows.until) })
  return html`<li class="stored">
    <span class="count" aria-hidden="true">${rows.count}</span>
    <span
      ><span class="row-name"><span class="unseen">${rows.count}: </span>${whatIs(call, rows)}</span
      ><span class="muted block">${until}</span></span
    >
  </li>`
}
