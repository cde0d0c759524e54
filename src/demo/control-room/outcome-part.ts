import { type Html, html } from '../../pages/index.ts'
import { away } from './form-parts.ts'
import type { MessageSeen } from './messenger-control.ts'
import type { Section } from './outcomes.ts'
import type { RoomView } from './room-view.ts'

/** Messages of a conversation that are shown below an outcome, the newest. */
const messagesShown = 6

/** What became of the newest press in a section, with the conversation as it goes on. */
export function outcomePart(view: RoomView, section: Section): Html {
  const outcome = view.deps.outcomes.of(section)
  if (outcome === undefined) return html``
  if ('underway' in outcome) return html`<p class="note underway">${outcome.underway} …</p>`
  const { tone, title, body, chat } = outcome
  return html`<div class="note ${tone === 'bad' && 'warn'}">
    <p><strong>${title}</strong></p>
    ${body}${chat && conversation(view, chat)}
  </div>`
}

function conversation(
  { deps, seen }: RoomView,
  { psid, since }: { readonly psid: string; readonly since: number },
): Html {
  const thread = seen.threads?.find((one) => one.psid === psid)
  const later = (thread?.messages ?? []).filter(({ at }) => at >= since)
  // Whatever the person writes next begins something else.
  const next = later.findIndex(({ from }, at) => at > 0 && from === 'person')
  const messages = later.slice(0, next < 0 ? messagesShown : Math.min(next, messagesShown))
  return html`<ul class="chat">
      ${messages.map((message) => bubble(message, thread?.name ?? ''))}
    </ul>
    <p>${away(`${deps.config.messenger.ui}/?person=${psid}`, 'Go on in the messenger')}</p>`
}

function bubble({ from, shown }: MessageSeen, name: string): Html {
  const titles = [...shown.buttons, ...shown.quickReplies].map(({ title }) => title)
  return html`<li class="${from}">
    <span class="who">${from === 'page' ? 'Parley' : name}</span>
    <span class="said">${shown.text}</span>
    ${titles.length > 0 && html`<span class="taps">${titles.map((title) => html`<span>${title}</span>`)}</span>`}
  </li>`
}
