import { html } from './html.ts'
import type { Html } from './html.ts'
import type { Words } from './words.ts'

export type PasskeyForm = {
  readonly kind: 'get' | 'create'
  /** Where the form goes with the authenticator's answer. */
  readonly action?: string
  /** Where the script gets its options; `…/challenge` beside the page unless given. */
  readonly challenge?: string
  readonly button: string
  readonly quiet?: boolean
  /** What else the person says with it. */
  readonly fields?: Html
}

/** A form that is sent with a passkey's answer in it; see web/shared/passkey-forms.ts. Hidden where passkeys do not work. */
export function passkeyForm(words: Words, form: PasskeyForm): Html {
  const target =
    form.action === undefined
      ? html`data-open`
      : html`action="${form.action}" data-challenge="${form.challenge ?? `${form.action}/challenge`}"`
  return html`<form method="post" ${target} data-passkey="${form.kind}" data-needs-passkey>
    <input type="hidden" name="response" value="" />
    <input type="hidden" name="timeZone" value="" />
    ${form.fields}
    <button type="submit" ${form.quiet === true ? html` class="quiet"` : undefined}>${form.button}</button>
    <p
      class="status"
      role="status"
      data-asking="${words.say('passkey.asking')}"
      data-sending="${words.say('passkey.sending')}"
      data-slow="${words.say('passkey.slow')}"
      data-cancelled="${words.say('passkey.cancelled')}"
      data-failed="${words.say('passkey.failed')}"
    ></p>
    <noscript><p class="note warn">${words.say('passkey.noScript')}</p></noscript>
  </form>`
}

/**
 * What is shown inside a messenger's own browser: the way out, and no form that would hold the link. With `hidden` it
 * waits in a page for its script to find that passkeys are missing.
 */
export function handOff(words: Words, options: { readonly hidden: boolean }): Html {
  return html`<section class="card" data-hand-off${options.hidden ? html` hidden` : undefined}>
    ${options.hidden ? html`<h2>${words.say('handOff.title')}</h2>` : html`<h1>${words.say('handOff.title')}</h1>`}
    <p>${words.say('handOff.why')}</p>
    <h2>${words.say('handOff.how')}</h2>
    <ol class="todo">
      <li>${words.say('handOff.step1')}</li>
      <li>${words.say('handOff.step2')}</li>
      <li>${words.say('handOff.step3')}</li>
    </ol>
  </section>`
}
