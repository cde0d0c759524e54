import { html } from '../customers/index.ts'
import type { Html, Words } from '../customers/index.ts'

/** On every step: a way out that shares nothing. */
export function showStopForm(words: Words): Html {
  return html`<form method="post" action="/link/stop" class="way-out">
    <button type="submit" class="quiet small">${words.say('stop')}</button>
  </form>`
}
