import { type Html, html } from '../../pages/index.ts'
import { away, chatPersonField, nobodyYet, press } from './form-parts.ts'
import type { RoomView } from './room-view.ts'
import { thiefTries, thiefWords } from './scenarios.ts'

/** What whoever stole a messenger account may try: they hold the chat, and not the passkey. */
export function accountForm(view: RoomView): Html {
  const field = chatPersonField(view, 'thief-person', 'Whose account is stolen')
  if (field === undefined) return nobodyYet(view)
  const { ui } = view.deps.config.messenger
  return html`<form method="post" action="/do/thief" data-act="account" class="presses">
    <div>${field}</div>
    <p class="ways">
      ${(view.seen.threads ?? []).map(
        ({ psid, name }) =>
          html`<span>${away(`${ui}/?person=${psid}`, `Open ${name}’s messenger as the thief`, 'link')}</span> `,
      )}
    </p>
    ${thiefTries.map((one) => press('what', one, thiefWords[one]))}
  </form>`
}
