import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

/** How long nothing happens before the page says so, and before it gives up. */
const slowAfterMs = 3_000
const giveUpAfterMs = 15_000

/**
 * Makes every `form[data-passkey]` ask the authenticator before it is sent. The answer travels in the form itself, as a
 * navigation: whatever the server shows then is a new document, and no script of this one ever holds it.
 */
export function enhancePasskeyForms(): void {
  if (!canUsePasskeys()) return showHandOff()
  const forms = [...document.querySelectorAll<HTMLFormElement>('form[data-passkey]')]
  const turn: Turn = { pressed: 0, isSent: false }
  for (const form of forms) {
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      if (form.dataset['busy'] === 'yes' || turn.isSent) return
      void submitWithPasskey(form, turn)
    })
  }
  // Back to a page that the browser kept: what was sent from there is over, and may be pressed again.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    turn.isSent = false
    for (const form of forms) {
      setBusy(form, false)
      statusOf(form).say('')
    }
  })
}

/**
 * Of the forms of one page one asks the authenticator at a time, and the last that was pressed is the one that is meant. `isSent`: an answer is on
 * its way to the server, and nothing else is sent until the page is another.
 */
type Turn = { pressed: number; isSent: boolean }

// A messenger's own browser has no passkeys of ours; the link is still good in a real one.
function canUsePasskeys(): boolean {
  return 'credentials' in navigator && typeof window.PublicKeyCredential === 'function'
}

function showHandOff(): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-needs-passkey]')) part.hidden = true
  for (const part of document.querySelectorAll<HTMLElement>('[data-hand-off]')) part.hidden = false
}

async function submitWithPasskey(form: HTMLFormElement, turn: Turn): Promise<void> {
  const status = statusOf(form)
  const mine = (turn.pressed += 1)
  setBusy(form, true)
  status.say('asking')
  try {
    const options = await fetchOptions(challengeUrl(form))
    if (mine !== turn.pressed || turn.isSent) throw new DOMException('another form was pressed', 'AbortError')
    const response = await askAuthenticator(form, options)
    turn.isSent = true
    fill(form, 'response', JSON.stringify(response))
    fill(form, 'timeZone', Intl.DateTimeFormat().resolvedOptions().timeZone)
    status.say('sending')
    showSkeletons()
    window.setTimeout(() => status.say('slow'), slowAfterMs)
    form.submit()
  } catch (reason) {
    status.say(isCancelled(reason) ? 'cancelled' : 'failed', true)
    setBusy(form, false)
  }
}

function challengeUrl(form: HTMLFormElement): string {
  return form.dataset['challenge'] ?? `${location.pathname}/challenge`
}

async function fetchOptions(url: string): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(giveUpAfterMs),
  })
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  return answer.json()
}

function askAuthenticator(form: HTMLFormElement, options: unknown): Promise<unknown> {
  if (form.dataset['passkey'] === 'create' && isCreation(options)) return startRegistration({ optionsJSON: options })
  if (form.dataset['passkey'] === 'get' && isRequest(options)) return startAuthentication({ optionsJSON: options })
  throw new TypeError('these are not the options that were asked for')
}

function isCreation(options: unknown): options is PublicKeyCredentialCreationOptionsJSON {
  return isRequest(options) && 'user' in options && 'pubKeyCredParams' in options
}

// The browser checks the rest; a page of ours can only be told nonsense by our own server.
function isRequest(options: unknown): options is PublicKeyCredentialRequestOptionsJSON {
  return typeof options === 'object' && options !== null && 'challenge' in options
}

function isCancelled(reason: unknown): boolean {
  return reason instanceof Error && (reason.name === 'NotAllowedError' || reason.name === 'AbortError')
}

function fill(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name)
  if (field instanceof HTMLInputElement) field.value = value
}

function setBusy(form: HTMLFormElement, busy: boolean): void {
  form.dataset['busy'] = busy ? 'yes' : 'no'
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', busy ? 'true' : 'false')
}

// The words are in the page, in the person's language; here they are only chosen.
function statusOf(form: HTMLFormElement): { say(key: string, failed?: boolean): void } {
  const place = form.querySelector<HTMLElement>('[role=status]')
  return {
    say(key, failed = false) {
      if (place === null) return
      place.textContent = place.dataset[key] ?? ''
      place.classList.toggle('failed', failed)
    },
  }
}

/** Skeletons come after 300 ms, so that a quick answer does not flicker. */
function showSkeletons(): void {
  window.setTimeout(() => {
    for (const part of document.querySelectorAll<HTMLElement>('[data-skeleton]')) part.hidden = false
  }, 300)
}
