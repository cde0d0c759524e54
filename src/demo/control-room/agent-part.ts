import { dirname, join } from 'node:path'
import { type Html, html } from '../../pages/index.ts'
import { away, chatPersonField, nobodyYet } from './form-parts.ts'
import type { RoomView } from './room-view.ts'

/** Asks for a person, as the customer. */
export function agentForm(view: RoomView): Html {
  const field = chatPersonField(view, 'agent-person', 'Ask for a person as')
  if (field === undefined) return nobodyYet(view)
  return html`<form method="post" action="/do/call-agent" data-act="agent" class="fields">
    <div>${field}</div>
    <button>Ask for a person</button>
    <p class="hint">
      Writes “I want to talk to a person” into their chat. The bot then leaves the conversation to whoever takes it.
    </p>
  </form>`
}

/** Who works at the bank, and the way to be one of them. */
export function agentWays({ deps }: RoomView, hasDesk: boolean): Html {
  const { gateway, staff, demoFile } = deps.config
  return html`<p>
      ${
        hasDesk
          ? html`Then be that person at ${away(`${gateway}/desk`, 'the desk')}. The agent sees the chat from there on,
            and bank data only after the customer allowed it, by passkey, for this case.`
          : html`Then be that person:
              <code>./parley desk take --config ${join(dirname(demoFile), 'desk.json')} --as agnes</code>;
              <code>./parley desk --help</code> has the rest.`
      }
    </p>
    <details>
      <summary>Who works there</summary>
      <p>
        ${away(`${gateway}/staff/sign-in`, 'Sign in as staff')} with a work account; its login and password are under
        <q>staff</q> in <code>${demoFile}</code>. The same password makes a passkey once, at
        ${away(`${gateway}/staff/enrol`, 'this page')}. The control room does not know it: it has an attacker’s powers,
        and an attacker does not get in there.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Login</th>
            <th scope="col">Role</th>
          </tr>
        </thead>
        <tbody>
          ${staff.map(
            ({ login, role }) =>
              html`<tr>
                <th scope="row"><code>${login}</code></th>
                <td>${role}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>`
}
