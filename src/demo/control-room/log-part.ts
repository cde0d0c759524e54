import { type Html, html } from '../../pages/index.ts'
import { away, press } from './form-parts.ts'
import type { RoomView } from './room-view.ts'
import { tamperWords } from './scenarios.ts'

/** Where the log stands, and how anybody checks it. */
export function logNow({ deps, seen }: RoomView): Html {
  const { gateway } = deps.config
  if (!seen.gatewayAnswers) return html`<p class="note danger">Parley does not answer, so its log cannot be read.</p>`
  if (seen.logSize === undefined) {
    return html`<p class="note">The log has not been published yet: the first time is within a minute of the start.</p>`
  }
  return html`<p>
    ${away(`${gateway}/log/checkpoint`, 'The log')} has <strong>${seen.logSize}</strong> entries, signed and published
    once a minute.
  </p>`
}

/** Changes a copy and has it checked. */
export function logForm({ seen }: RoomView): Html {
  const size = seen.logSize ?? 64
  return html`<form method="post" action="/do/tamper" data-act="log" class="presses">
    <div class="fields">
      <div>
        <label class="field" for="entry">Which entry (from 0)</label>
        <input
          id="entry"
          name="entry"
          type="number"
          inputmode="numeric"
          min="0"
          max="${Math.max(size - 1, 0)}"
          value="${Math.floor(size / 2)}"
          required
        />
      </div>
    </div>
    ${Object.entries(tamperWords).map(([how, words]) => press('how', how, words))}
    <p class="hint">
      A changed copy is served on a port of its own, and “parley verify” runs against it. The log itself is not touched.
    </p>
  </form>`
}
