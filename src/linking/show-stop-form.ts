import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { Visit } from './link-route.ts'

/** On every step: a way out that shares and changes nothing. */
export function showStopForm(words: Words, visit: Visit): Html {
  const label = words.say(visit.link.purpose === 'link' ? 'stop' : 'stopOther')
  return html`<form method="post" action="/link/stop" class="way-out">
    <button type="submit" class="quiet small">${label}</button>
  </form>`
}
