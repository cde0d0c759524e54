import { ownScript } from '../verify/trusted-url.ts'

/** Where this browser keeps the id under which it was added, so that it finds itself in the list. */
const idKey = 'parley-browser'

/**
 * "Tell this browser too": asks the person, gets an address from the browser's push service, and sends the form with it. The address is all
 * that is sent: a push without a payload needs no keys.
 */
export function tellBrowser(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-push]')
  if (form === null) return
  const here = document.querySelector<HTMLElement>(`[data-browser="${CSS.escape(localStorage.getItem(idKey) ?? '')}"]`)
  here?.querySelector('[data-other]')?.setAttribute('hidden', '')
  here?.querySelector('[data-here]')?.removeAttribute('hidden')
  if (here !== null) return
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    document.querySelector('[data-push-unable]')?.removeAttribute('hidden')
    return
  }
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void add(form)
  })
  // Back to a page that the browser kept: what was sent from there is over.
  window.addEventListener('pageshow', ({ persisted }) => {
    const button = form.querySelector('button')
    if (!persisted || button === null) return
    button.disabled = false
    say(form, undefined)
  })
}

async function add(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector('button')
  if (button?.disabled !== false) return
  button.disabled = true
  say(form, 'asking')
  const endpoint = await subscribe(form)
  if (typeof endpoint === 'string') {
    const id = crypto.randomUUID()
    localStorage.setItem(idKey, id)
    put(form, 'browser', id)
    put(form, 'endpoint', endpoint)
    form.submit()
    return
  }
  say(form, endpoint.trouble)
  button.disabled = false
}

/** The browser's address, or what came between. */
async function subscribe(form: HTMLFormElement): Promise<string | { readonly trouble: 'denied' | 'unreachable' }> {
  if ((await Notification.requestPermission()) !== 'granted') return { trouble: 'denied' }
  try {
    const registration = await navigator.serviceWorker.register(ownScript(form.dataset['worker'] ?? ''))
    await isActive(registration)
    return await addressOf(registration.pushManager, form.dataset['push'] ?? '')
  } catch (thrown) {
    // Whatever the browser's reason is, the person can do the same thing about it: try again, or leave it.
    console.warn('parley: no push subscription', thrown)
    return { trouble: 'unreachable' }
  }
}

/** The subscription that there is, or a new one; one that is bound to another key of ours makes place. */
async function addressOf(manager: PushManager, applicationServerKey: string): Promise<string> {
  const options = { userVisibleOnly: true, applicationServerKey }
  try {
    return (await manager.subscribe(options)).endpoint
  } catch (thrown) {
    const known = await manager.getSubscription()
    if (known === null) throw thrown
    await known.unsubscribe()
    return (await manager.subscribe(options)).endpoint
  }
}

/** A worker without pages of its own never becomes `ready` for this page; its state is watched instead. */
function isActive({ installing, waiting, active }: ServiceWorkerRegistration): Promise<void> {
  const worker = installing ?? waiting
  if (worker === null || active !== null) return Promise.resolve()
  return new Promise((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve()
      if (worker.state === 'redundant') reject(new Error('the worker was not kept'))
    })
  })
}

function put(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name)
  if (field instanceof HTMLInputElement) field.value = value
}

function say(form: HTMLFormElement, what: 'asking' | 'denied' | 'unreachable' | undefined): void {
  const status = form.querySelector<HTMLElement>('[role=status]')
  if (status !== null) status.textContent = (what === undefined ? undefined : status.dataset[what]) ?? ''
}
