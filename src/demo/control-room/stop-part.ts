import { type Html, html } from '../../pages/index.ts'
import type { ConsentSeen } from './bank-control.ts'
import { away, chatPersonField, nobodyYet } from './form-parts.ts'
import type { RoomView } from './room-view.ts'

/** Ends it with words in the chat. */
export function stopForm(view: RoomView): Html {
  const field = chatPersonField(view, 'stop-person', 'Say stop as')
  if (field === undefined) return nobodyYet(view)
  return html`<form method="post" action="/do/stop" data-act="stop" class="fields">
    <div>${field}</div>
    <button>Write “stop sharing”</button>
    <p class="hint">It ends at once, without a passkey. To share again, the customer signs again.</p>
  </form>`
}

/** What the bank has written down about who shares with Parley; each can be taken back there. */
export function stopNow({ deps, seen }: RoomView): Html {
  if (seen.bank === undefined)
    return html`<p class="note danger">The bank does not answer, so what it shares cannot be shown.</p>`
  const { consents } = seen.bank
  const names = new Map(deps.bank.people().map(({ login, name }) => [login, name]))
  if (consents.length === 0) return html`<p class="muted">No bank is linked, so there is nothing to take back.</p>`
  const live = consents.filter(({ status }) => status === 'ACTIVE')
  const ended = consents.length - live.length
  return html`${
      live.length > 0 &&
      html`<ul class="consents">
        ${live.map((consent) => consentLine(consent, names.get(consent.login) ?? consent.login))}
      </ul>`
    }
    <p class="muted">
      ${live.length === 0 ? 'Nobody shares anything with Parley now.' : undefined}
      ${ended > 0 && `${ended} ${ended === 1 ? 'agreement has' : 'agreements have'} ended.`}
    </p>`
}

function consentLine({ id, callsToday }: ConsentSeen, name: string): Html {
  return html`<li>
    <span><strong>${name}</strong> shares with Parley; ${callsToday} calls today.</span>
    <form method="post" action="/do/revoke" data-act="stop">
      <button class="quiet small" name="consent" value="${id}" id="revoke-${id}">
        Revoke at the bank<span class="aside"> of ${name}</span>
      </button>
    </form>
  </li>`
}

/** The other ways to end it. */
export function stopWays({ deps }: RoomView): Html {
  const { gateway, bank } = deps.config
  return html`<ul>
    <li>As the customer at the bank: ${away(`${bank.issuer}/connected-apps`, 'the bank’s own page')}.</li>
    <li>In the messenger: the menu at the top right, <q>Remove … from my apps</q>.</li>
    <li>
      Everybody at once: ${away(`${gateway}/console/cutoffs`, 'the kill switch')} cuts off a platform, a channel or a
      bank. One operator is enough to stop, two lift it.
    </li>
    <li>
      With the passkey: ${away(`${gateway}/me`, 'the privacy centre')}, where the receipt of each ending is too, and
      ${away(`${gateway}/me/erase`, 'erasing')}.
    </li>
  </ul>`
}
