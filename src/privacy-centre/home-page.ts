import { passkeys } from '../customers/index.ts'
import { html, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { bankNames, newestLooks } from './looks-pages.ts'
import { alertsOf, listSharing } from './list-sharing.ts'
import { showLookRow } from './show-look.ts'
import { showSharing } from './show-sharing.ts'

/** Looks shown before one asks for all. */
const newestShown = 3

/** `/me`: the words that show it is ours, who may ask, who looked last, the way to everything else, and the one big stop. */
export function addHomePage(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  scope.get(
    '/me',
    limited,
    signedIn(tools, async (call) => {
      const { database } = deps.consent
      const [sharing, looks, names, phrase, keys] = await Promise.all([
        listSharing(database, call.customer),
        newestLooks(tools, call, newestShown),
        bankNames(tools),
        deps.phrases.find(call.customer),
        passkeys.list(database, call.customer),
      ])
      const { reader } = call
      const { words } = reader
      const waiting = keys.find((passkey) => !passkey.effective)
      return showCentre(tools, call, {
        title: words.say('home.title'),
        home: true,
        body: html`<h1>${words.say('home.title')}</h1>
          ${showPhrase(call, phrase?.reveal())}
          ${waiting === undefined ? undefined : html`<p class="note warn">${words.say('home.recovery', { time: readerTime.moment(reader, waiting.effectiveAt) })} <a href="/me/passkeys">${words.say('home.recoveryStop')}</a></p>`}
          <h2>${words.say('sharing.title')}</h2>
          ${showSharing(reader, sharing)}
          <h2>${words.say('looks.title')}</h2>
          ${
            looks.length === 0
              ? html`<p>${words.say('looks.none')}</p>`
              : html`<ul class="looks plain">
                  ${looks.map((look) => showLookRow(reader, look, names.get(look.opened.institution) ?? look.opened.institution))}
                </ul>`
          }
          <p><a class="link" href="/me/looks">${words.say('looks.all')}</a></p>
          ${showSections(call)}
          ${
            sharing.length === 0
              ? undefined
              : showStopAll(
                  call,
                  sharing.some(({ terms }) => terms.some(alertsOf)),
                )
          }
          <p class="muted">${words.say('looks.checked', { time: readerTime.moment(reader, deps.clock.now()) })}</p>`,
      })
    }),
  )
}

function showPhrase({ reader }: Call, phrase: string | undefined): Html {
  const { words } = reader
  if (phrase === undefined) {
    return html`<p class="note">
      ${words.say('phrase.missing')} <a href="/me/phrase">${words.say('phrase.choose')}</a>
    </p>`
  }
  return html`<p class="phrase">
    <span class="muted">${words.say('phrase.yours')}</span> <strong>${phrase}</strong>
    <a href="/me/phrase">${words.say('phrase.change')}</a>
  </p>`
}

const others = ['cards', 'alerts', 'messages', 'person', 'receipts', 'stored', 'export', 'passkeys', 'erase'] as const

function showSections({ reader }: Call): Html {
  const { words } = reader
  return html`<h2>${words.say('home.more')}</h2>
    <ul class="sections plain">
      ${others.map(
        (section) =>
          html`<li>
            <a href="/me/${section}"
              ><span class="section-name">${words.say(`${section}.title`)}</span
              ><span class="muted">${words.say(`${section}.short`)}</span></a
            >
          </li>`,
      )}
    </ul>`
}

function showStopAll({ reader }: Call, isWarned: boolean): Html {
  const { words } = reader
  return html`<section class="card stop" aria-labelledby="stop-all">
    <h2 id="stop-all" class="first">${words.say('stop.title')}</h2>
    <p>${words.say('stop.body')}${isWarned ? html` ${words.say('stop.alerts')}` : undefined}</p>
    <form method="post" action="/me/stop">
      <button type="submit" class="danger solid">${words.say('stop.button')}</button>
    </form>
  </section>`
}
