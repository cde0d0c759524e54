import { sentMessages } from '../channels/index.ts'
import type { SentMessage } from '../channels/index.ts'
import { html, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'

/** "Is this message from you?": when Parley wrote, in which conversation. What it wrote is kept nowhere. */
export function addMessagePages(scope: HttpServer, tools: CentreTools): void {
  scope.get(
    '/me/messages',
    limited,
    signedIn(tools, async (call) => {
      const { words } = call.reader
      const sent = await sentMessages.list(tools.deps.consent.database, { customer: call.customer })
      return showCentre(tools, call, {
        title: words.say('messages.title'),
        body: html`<h1>${words.say('messages.title')}</h1>
          <p>${words.say('messages.body')}</p>
          <p class="note">${words.say('messages.never')}</p>
          ${
            sent.length === 0
              ? html`<p>${words.say('messages.none')}</p>`
              : html`<ul class="rows plain">
                  ${sent.map((message) => showMessage(call, message))}
                </ul>`
          }
          <p class="muted">${words.say('messages.kept', { days: sentMessages.keptDays })}</p>
          <p class="muted">
            ${words.say('looks.checked', { time: readerTime.moment(call.reader, tools.deps.clock.now()) })}
          </p>`,
      })
    }),
  )
}

function showMessage({ reader }: Call, message: SentMessage): Html {
  return html`<li>
    <span class="row-name">${readerTime.moment(reader, message.at)}</span>
    <span class="muted block">${reader.words.say(`channel.${message.channel}`)}</span>
  </li>`
}
